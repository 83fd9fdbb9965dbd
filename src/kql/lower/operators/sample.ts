import { child } from '../../bind/bound.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import { boundColumns, constantCount, refuseParameters, rowContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'

/** So many rows, any of them: the same choice as `take`, so that a run can be repeated. */
export const sample: OperatorLowering = {
  kind: 'SampleOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const count = constantCount(child(node, 'Expression'), context)
    return { ...input, order: [], relation: { kind: 'limit', input: input.relation, keys: [], count, span: node.span } }
  },
}

/** So many different values, any of them. */
export const sampleDistinct: OperatorLowering = {
  kind: 'SampleDistinctOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const value = lowerScalar(child(node, 'OfExpression'), rowContext(input, context))
    const key: Computed = { ...context.lowering.column(boundColumns(node)[0]?.name ?? '', value.type), value }
    const distinct: Relation = { kind: 'aggregate', input: input.relation, keys: [key], measures: [], span: node.span }
    const column: ColumnDef = { id: key.id, name: key.name, type: key.type }
    const count = constantCount(child(node, 'Expression'), context)
    return {
      columns: [column],
      order: [],
      relation: { kind: 'limit', input: distinct, keys: [], count, span: node.span },
    }
  },
}
