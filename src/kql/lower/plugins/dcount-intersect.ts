import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import { callScalar, literal, reference } from '../flow.ts'
import { boundColumns, rowContext } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import type { PluginLowering } from './plugin.ts'

const MOST_SETS = 16

/**
 * Beside each row: how many values the first set has, the first two have in common, the first three, and so on.
 * https://learn.microsoft.com/kusto/query/dcount-intersect-plugin
 */
export const dcountIntersect: PluginLowering = {
  name: 'dcount_intersect',
  lower: (node, { positional }, input, context) => {
    const { span } = node
    if (positional.length < 2 || positional.length > MOST_SETS) throw invalid(`dcount_intersect takes 2 to ${MOST_SETS} sets`, span) // prettier-ignore
    const sets = positional.map((item) => lowerScalar(item, rowContext(input, context)))
    const counts: Computed = {
      ...context.lowering.column('$counts', 'dynamic'),
      value: callScalar('hll intersections', 'dynamic', sets, span),
    }
    const counted: Relation = { kind: 'extend', input: input.relation, columns: [counts], span }
    // The binder has the columns of the row first.
    const names = boundColumns(node).slice(input.columns.length)
    if (names.length !== sets.length) throw unsupported('dcount_intersect whose columns the binder does not know', span)
    const columns = names.map(({ name }, index): Computed => {
      const count = callScalar('dynamic path', 'dynamic', [reference(counts), literal('long', BigInt(index), span)], span) // prettier-ignore
      return { ...context.lowering.column(name, 'long'), value: callScalar('tolong', 'long', [count], span) }
    })
    const relation: Relation = { kind: 'extend', input: counted, columns, span }
    return { ...input, relation, columns: [...input.columns, ...columns] }
  },
}
