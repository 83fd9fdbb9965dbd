import type { BoundNode, TextSpan } from '../../bind/bound.ts'
import { child, children } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef } from '../../ir/relation.ts'
import type { LiteralValue } from '../../ir/scalar.ts'
import type { Flow } from '../flow.ts'
import { literalOf } from '../lowering.ts'
import { constantScalar, type OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'

/** One plug-in of `evaluate`; plugins/index.ts lists them by name. */
export interface PluginLowering {
  readonly name: string
  /** `node` is the whole operator, `args` what stands in the parentheses. */
  readonly lower: (node: BoundNode, args: PluginArguments, input: Flow, context: OperatorContext) => Flow
}

export interface PluginArguments {
  readonly positional: readonly BoundNode[]
  readonly named: ReadonlyMap<string, BoundNode>
}

export function pluginArguments(node: BoundNode): PluginArguments {
  const positional: BoundNode[] = []
  const named = new Map<string, BoundNode>()
  for (const argument of children(child(child(node, 'FunctionCall'), 'ArgumentList'), 'Expressions')) {
    if (argument.kind === 'SimpleNamedExpression')
      named.set(nameOf(child(argument, 'Name')), child(argument, 'Expression')) // prettier-ignore
    else positional.push(argument)
  }
  return { positional, named }
}

/** A constant option; undefined where it is not given. */
export function constantOption(node: BoundNode | undefined, context: OperatorContext): LiteralValue | undefined {
  if (node === undefined) return undefined
  const value = literalOf(constantScalar(node, context))
  if (value === undefined) throw unsupported('a computed option of a plug-in', node.span)
  return value
}

/** The input with a number for each of its rows, by which what is found for one comes back to it. */
export function numberedRows(
  input: Flow,
  context: OperatorContext,
  span: TextSpan,
): { readonly rows: Flow; readonly number: ColumnDef } {
  const number = context.lowering.column('$row', 'long')
  const relation = { kind: 'number', input: input.relation, keys: input.order, column: number, span } as const
  return { rows: { ...input, relation, columns: [...input.columns, number] }, number }
}
