import { child } from '../../bind/bound.ts'
import { constantCount, refuseParameters, type OperatorLowering } from '../operator.ts'

/** Any rows, unless the input is sorted. */
export const take: OperatorLowering = {
  kind: 'TakeOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const count = constantCount(child(node, 'Expression'), context)
    return { ...input, relation: { kind: 'limit', input: input.relation, keys: input.order, count, span: node.span } }
  },
}
