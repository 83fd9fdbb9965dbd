import type { BoundNode } from '../bind/bound.ts'
import type { ColumnDef } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import { callScalar, literal, reference } from './flow.ts'

/** `* has "x"`: the test over each column's text, true where any of them passes. */
export function anyColumn(operator: string, columns: readonly ColumnDef[], term: Scalar, node: BoundNode): Scalar {
  const tests = columns.map((column) => {
    const value = reference(column, node.span)
    const text = column.type === 'string' ? value : callScalar('tostring', 'string', [value], node.span)
    return callScalar(operator, 'bool', [text, term], node.span)
  })
  if (tests.length === 0) return literal('bool', false, node.span)
  return tests.reduce((all, one) => callScalar('or', 'bool', [all, one], node.span))
}
