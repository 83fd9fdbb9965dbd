import { child } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import { callScalar, findColumn, reference } from '../flow.ts'
import { boundColumns, refuseParameters, rowContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerSubquery } from './mv-apply.ts'

/** A pipeline for the rows of each value of a column; the strategies only say how the service spreads the work. */
export const partition: OperatorLowering = {
  kind: 'PartitionOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const operand = child(node, 'Operand')
    const subquery = operand.nodes['Subquery']
    if (subquery === undefined) throw unsupported('partition with a query in braces', operand.span, 'put the pipeline in ( )') // prettier-ignore
    const { span } = node
    const shared = shareFlow(input, context.lowering, false, 'partition')
    const by = child(node, 'ByExpression')
    const all = readShared(shared, context.lowering, span)
    const value = lowerScalar(by, rowContext(all, context))
    const key: Computed = { ...context.lowering.column('$key', value.type), value }
    const keys: Relation = { kind: 'aggregate', input: all.relation, keys: [key], measures: [], span }
    const rows = readShared(shared, context.lowering, span)
    const own = lowerScalar(by, rowContext(rows, context))
    const same = callScalar('==', 'bool', [own, reference(key)], span)
    const part = { ...rows, relation: { kind: 'filter', input: rows.relation, condition: same, span } as const }
    const body = lowerSubquery(subquery, part, context)
    const columns = boundColumns(node).map(({ name }) => {
      const column = findColumn(body.columns, name)
      if (column === undefined) throw unsupported(`the partition column "${name}"`, span)
      return column
    })
    return { columns, order: [], relation: { kind: 'apply', input: keys, body: body.relation, span } }
  },
}
