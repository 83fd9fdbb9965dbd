import { child, children, type BoundColumn, type BoundNode } from '../bind/bound.ts'
import { invalid, unsupported } from '../errors.ts'
import type { Scalar } from '../ir/scalar.ts'
import { constantOf } from './constants.ts'
import { literalOf } from './lowering.ts'
import type { Flow } from './flow.ts'
import { lowerScalar, nameOf, type ScalarContext } from './scalar.ts'

/** What an operator is lowered in; expressions see `scopeOf(input)`. */
export type OperatorContext = Omit<ScalarContext, 'scope'>

/** One tabular operator; operators/index.ts lists them by the service's SyntaxKind. */
export interface OperatorLowering {
  readonly kind: string
  readonly lower: (node: BoundNode, input: Flow, context: OperatorContext) => Flow
}

export function rowContext(input: Flow, context: OperatorContext, aggregates = false): ScalarContext {
  return { ...context, scope: { columns: input.columns, relation: input.relation, order: input.order, aggregates } }
}

/** Columns that the binder gives an operator's or table's result, in order. */
export function boundColumns(node: BoundNode): readonly BoundColumn[] {
  if (node.type?.kind === 'table' && !node.type.isOpen) return node.type.columns
  throw unsupported(`${node.kind} whose columns are not known before it runs`, node.span)
}

/** `kind=inner`, `withsource=T`, `hint.strategy=shuffle`: parameters by name. */
export function parametersOf(node: BoundNode): ReadonlyMap<string, BoundNode> {
  const parameters = new Map<string, BoundNode>()
  for (const parameter of children(node, 'Parameters')) {
    parameters.set(nameOf(child(parameter, 'Name')).toLowerCase(), child(parameter, 'Expression'))
  }
  return parameters
}

/** Refuses parameters that would change the answer; `hint.*` never does. */
export function refuseParameters(node: BoundNode, known: readonly string[]): void {
  for (const [name, value] of parametersOf(node)) {
    if (!name.startsWith('hint.') && !known.includes(name)) {
      throw unsupported(`the parameter "${name}" of ${node.text.split(/\s/, 1)[0] ?? node.kind}`, value.span)
    }
  }
}

/**
 * The service groups, sorts and joins by no dynamic value. The binder says so of `summarize`, `sort` and `distinct`, and
 * misses it in operators that do the same under another name.
 */
export function refuseDynamicKey(key: Scalar, operator: string, node: BoundNode): void {
  if (key.type !== 'dynamic') return
  throw invalid(`${operator} takes no dynamic key`, node.span, 'convert it, for example with tostring()')
}

/** A row count: constant, or a `let` constant. */
export function constantCount(node: BoundNode, context: OperatorContext): bigint {
  const value = literalOf(constantOf(constantScalar(node, context), context.lowering, 'a computed row count'))
  if (typeof value === 'bigint') return value < 0n ? 0n : value
  throw unsupported('a computed row count', node.span)
}

export function constantScalar(node: BoundNode, context: OperatorContext): Scalar {
  return lowerScalar(node, { ...context, scope: { columns: [], order: [] } })
}
