import { child } from '../../bind/bound.ts'
import { rowContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import { serialized } from './serialize.ts'

export const where: OperatorLowering = {
  kind: 'FilterOperator',
  lower: (node, input, context) => {
    const flow = serialized(node, input, context)
    const condition = lowerScalar(child(node, 'Condition'), rowContext(flow, context))
    return { ...flow, relation: { kind: 'filter', input: flow.relation, condition, span: node.span } }
  },
}
