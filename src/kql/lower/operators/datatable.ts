import type { KustoType } from '../../../domain/kusto.ts'
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import { fits } from '../../functions/convert.ts'
import type { ColumnDef } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, nullLiteral, type Flow } from '../flow.ts'
import { boundColumns, constantScalar, type OperatorContext } from '../operator.ts'

export function lowerDatatable(node: BoundNode, context: OperatorContext): Flow {
  const columns = boundColumns(node).map(({ name, type }): ColumnDef => {
    if (type === undefined) throw unsupported(`the type of the column "${name}"`, node.span)
    return context.lowering.column(name, type)
  })
  const values = children(node, 'Values')
  if (columns.length === 0 || values.length % columns.length !== 0) {
    throw invalid(
      `the number of values, ${values.length}, does not fill rows of ${columns.length} columns`,
      child(node, 'Schema').span,
    )
  }
  const rows: Scalar[][] = []
  for (let start = 0; start < values.length; start += columns.length) {
    rows.push(columns.map(({ type }, index) => cell(values[start + index], type, context)))
  }
  return { columns, order: [], relation: { kind: 'values', columns, rows, span: node.span } }
}

/**
 * Recorded, and in published rules, are whole numbers in columns of other numbers. No page says what the service makes of
 * anything else that is of another type than its column.
 */
const isWider = (type: KustoType, of: KustoType): boolean => fits(of, type) || (of === 'real' && type === 'decimal')

function cell(node: BoundNode | undefined, type: KustoType, context: OperatorContext): Scalar {
  if (node === undefined) return nullLiteral(type)
  const value = constantScalar(node, context)
  if (value.type === type) return value
  if (value.kind === 'literal' && value.value === null) return nullLiteral(type, node.span)
  if (value.kind === 'literal' && typeof value.value === 'bigint' && type === 'long' && value.type === 'int') {
    return literal('long', value.value, node.span)
  }
  const number = value.kind === 'literal' ? value.value : undefined
  const isWide = type === 'int' && typeof number === 'bigint' && BigInt.asIntN(32, number) !== number
  if (isWide || (type !== 'dynamic' && !isWider(type, value.type))) {
    const what = `a ${value.type}${isWide ? ' beyond 32 bits' : ''} in a column of ${type}`
    throw unsupported(what, node.span, `write ${type}(…)`)
  }
  return callScalar(type === 'real' ? 'todouble' : `to${type}`, type, [value], node.span)
}
