import { child, children, type BoundColumn, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal } from '../flow.ts'
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'

export interface NamedScalar {
  /** Empty: the operator numbers it. */
  readonly name: string
  readonly value: Scalar
}

/** `expr`, `name = expr`, `(a, b) = expr`: one or more named values. */
export function lowerNamed(node: BoundNode, context: ScalarContext): NamedScalar[] {
  const columns = node.type?.kind === 'tuple' ? node.type.columns : []
  if (columns.length > 0) return lowerTuple(node, columns, context)
  if (node.kind === 'SimpleNamedExpression') {
    return [{ name: nameOf(child(node, 'Name')), value: lowerScalar(child(node, 'Expression'), context) }]
  }
  if (node.kind === 'CompoundNamedExpression') return lowerElements(node, context)
  return [{ name: node.resultName, value: lowerScalar(node, context) }]
}

/** `(a, b) = split(s, ".")`: elements of a dynamic array by position. */
function lowerElements(node: BoundNode, context: ScalarContext): NamedScalar[] {
  const value = lowerScalar(child(node, 'Expression'), context)
  if (value.type !== 'dynamic') throw unsupported('several names for one value', node.span)
  return children(child(node, 'Names'), 'Names').map((name, index) => ({
    name: nameOf(name),
    value: callScalar('dynamic path', 'dynamic', [value, literal('long', BigInt(index))], node.span),
  }))
}

/**
 * A call with several results, like `series_stats(x)`: the catalogue gives them as one dynamic array. Given names go to
 * the first columns, the others keep the binder's.
 */
function lowerTuple(node: BoundNode, columns: readonly BoundColumn[], context: ScalarContext): NamedScalar[] {
  const given = givenNames(node)
  const value = lowerScalar(given === undefined ? node : child(node, 'Expression'), context)
  if (value.type !== 'dynamic') return [{ name: given?.[0] ?? node.resultName, value }]
  return columns.map((column, index) => {
    const element = callScalar('dynamic path', 'dynamic', [value, literal('long', BigInt(index))], node.span)
    return { name: given?.[index] ?? column.name, value: typed(element, column, node) }
  })
}

function givenNames(node: BoundNode): readonly string[] | undefined {
  if (node.kind === 'SimpleNamedExpression') return [nameOf(child(node, 'Name'))]
  return node.kind === 'CompoundNamedExpression' ? children(child(node, 'Names'), 'Names').map(nameOf) : undefined
}

function typed(element: Scalar, { type }: BoundColumn, node: BoundNode): Scalar {
  if (type === 'real') return callScalar('toreal', 'real', [element], node.span)
  if (type === 'long') return callScalar('tolong', 'long', [element], node.span)
  if (type === 'dynamic' || type === undefined) return element
  throw unsupported(`a result of type ${type} among several`, node.span)
}
