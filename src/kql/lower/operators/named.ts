import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal } from '../flow.ts'
import { literalOf } from '../lowering.ts'
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'
import { conversion } from '../conversion.ts'

export interface NamedScalar {
  /** Empty: the operator numbers it. */
  readonly name: string
  readonly value: Scalar
}

/** `expr`, `name = expr`, `(a, b) = expr`: one or more named values. */
export function lowerNamed(node: BoundNode, context: ScalarContext): NamedScalar[] {
  const names = namesOfSeveral(node)
  if (names !== undefined) {
    return lowerSeveral(child(node, 'Expression'), context).map((named, index) => ({
      ...named,
      name: names[index] ?? named.name,
    }))
  }
  if (node.type?.kind === 'tuple' && node.kind !== 'SimpleNamedExpression') return lowerSeveral(node, context)
  if (node.kind === 'SimpleNamedExpression') {
    return [{ name: nameOf(child(node, 'Name')), value: lowerScalar(child(node, 'Expression'), context) }]
  }
  const value = lowerScalar(node, context)
  if (COLUMN_IF_EXISTS.has(node.symbol?.name ?? '') && value.kind === 'column') {
    const [asked] = children(child(node, 'ArgumentList'), 'Expressions')
    const isDefault = asked !== undefined && literalOf(lowerScalar(asked, context)) !== value.name
    if (isDefault) throw unsupported('column_ifexists without a name', node.span, 'name it: x = …')
  }
  return [{ name: node.resultName, value }]
}

/** The page shows the name of the default column where that is the answer. The language service numbers it. */
const COLUMN_IF_EXISTS: ReadonlySet<string> = new Set(['column_ifexists', 'columnifexists'])

/**
 * The names of `(a, b) = expr`, and of `a = expr` where the expression has several results: the one name is that of the
 * first (`anomalies = series_decompose_anomalies(y)` are the flags, which published rules compare).
 */
export function namesOfSeveral(node: BoundNode): string[] | undefined {
  if (node.kind === 'CompoundNamedExpression') return children(child(node, 'Names'), 'Names').map(nameOf)
  if (node.kind !== 'SimpleNamedExpression') return undefined
  const { type } = child(node, 'Expression')
  return type?.kind === 'tuple' && type.columns.length !== 1 ? [nameOf(child(node, 'Name'))] : undefined
}

/** The entry of a function with several results gives them as one array; each column takes its element. */
function lowerSeveral(node: BoundNode, context: ScalarContext): NamedScalar[] {
  if (node.type?.kind !== 'tuple') throw unsupported('several names for one value', node.span)
  const value = lowerScalar(node, context)
  const { columns } = node.type
  if (columns.length === 1) return [{ name: columns[0]?.name ?? '', value }]
  return columns.map(({ name, type }, index) => {
    const element = callScalar('dynamic path', 'dynamic', [value, literal('long', BigInt(index))], node.span)
    if (type === undefined || type === 'dynamic') return { name, value: element }
    return { name, value: callScalar(conversion(type), type, [element], node.span) }
  })
}
