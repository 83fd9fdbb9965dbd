import { child, children, type BoundNode } from '../../bind/bound.ts'
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
  if (node.kind === 'SimpleNamedExpression') {
    return [{ name: nameOf(child(node, 'Name')), value: lowerScalar(child(node, 'Expression'), context) }]
  }
  if (node.kind === 'CompoundNamedExpression') return lowerTuple(node, context)
  return [{ name: node.resultName, value: lowerScalar(node, context) }]
}

/** `(a, b) = split(s, ".")`: elements of a dynamic array by position. */
function lowerTuple(node: BoundNode, context: ScalarContext): NamedScalar[] {
  const value = lowerScalar(child(node, 'Expression'), context)
  if (value.type !== 'dynamic') throw unsupported('several names for one value', node.span)
  return children(child(node, 'Names'), 'Names').map((name, index) => ({
    name: nameOf(name),
    value: callScalar('dynamic path', 'dynamic', [value, literal('long', BigInt(index))], node.span),
  }))
}
