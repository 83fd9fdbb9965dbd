import { child } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { reference } from '../flow.ts'
import {
  boundColumns,
  constantCount,
  refuseDynamicKey,
  refuseParameters,
  rowContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar } from '../scalar.ts'

/** The most frequent values, or those with the largest sums. The service estimates; these are the exact ones. */
export const topHitters: OperatorLowering = {
  kind: 'TopHittersOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const [keyName, measureName] = boundColumns(node)
    const row = rowContext(input, context)
    const value = lowerScalar(child(node, 'OfExpression'), row)
    refuseDynamicKey(value, 'top-hitters', child(node, 'OfExpression'))
    const by = node.nodes['ByClause']?.nodes['Expression']
    const weight = by === undefined ? undefined : lowerScalar(by, row)
    // The page: as `sum()`, so that ints come to a long.
    const type = weight === undefined || weight.type === 'int' ? 'long' : weight.type
    if (!['long', 'real', 'decimal'].includes(type)) throw unsupported(`top-hitters by a ${type}`, node.span)
    const total: Scalar = {
      kind: 'aggregate',
      name: weight === undefined ? 'count' : 'sum',
      type,
      args: weight === undefined ? [] : [weight],
      order: [],
      span: node.span,
    }
    const key: Computed = { ...context.lowering.column(keyName?.name ?? '', value.type), value }
    const measure: Computed = { ...context.lowering.column(measureName?.name ?? '', type), value: total }
    const grouped: Relation = { kind: 'aggregate', input: input.relation, keys: [key], measures: [measure], span: node.span } // prettier-ignore
    const order = [{ value: reference(measure), descending: true, nullsFirst: false }]
    const count = constantCount(child(node, 'Expression'), context)
    const columns = [key, measure].map(({ id, name, type: own }): ColumnDef => ({ id, name, type: own }))
    return { columns, order: [], relation: { kind: 'limit', input: grouped, keys: order, count, span: node.span } }
  },
}
