import type { BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { literal, reference } from '../flow.ts'
import { rowContext, type OperatorContext } from '../operator.ts'
import { numbered } from '../operators/serialize.ts'
import { lowerScalar } from '../scalar.ts'
import { constantOption, type PluginLowering } from './plugin.ts'

function rowCount(node: BoundNode | undefined, context: OperatorContext): Scalar | undefined {
  const value = constantOption(node, context)
  if (node === undefined || value === undefined) return undefined
  if (typeof value !== 'bigint' || value < 0n) throw unsupported('rows_near with this number of rows', node.span)
  return literal('long', value, node.span)
}

/** The rows around those that satisfy a condition, each once. https://learn.microsoft.com/kusto/query/rows-near-plugin */
export const rowsNear: PluginLowering = {
  name: 'rows_near',
  lower: (node, { positional }, input, context) => {
    const { span } = node
    if (input.order.length === 0) throw invalid('rows_near needs rows in an order', span, 'put sort or serialize before it') // prettier-ignore
    const flow = numbered(input, context, node)
    const [conditionNode, beforeNode, afterNode] = positional
    const before = rowCount(beforeNode, context)
    if (conditionNode === undefined || before === undefined) throw invalid('rows_near needs a condition and a number', span) // prettier-ignore
    const args = [lowerScalar(conditionNode, rowContext(flow, context)), before, rowCount(afterNode, context) ?? before]
    const near: Computed = {
      ...context.lowering.column('$near', 'bool'),
      value: { kind: 'window', name: 'rows near', type: 'bool', args, order: flow.order, span },
    }
    const marked: Relation = { kind: 'extend', input: flow.relation, columns: [near], span }
    return { ...flow, relation: { kind: 'filter', input: marked, condition: reference(near), span } }
  },
}
