import { child } from '../../bind/bound.ts'
import type { OperatorLowering } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'

/** Drawing is the client's business. */
export const render: OperatorLowering = { kind: 'RenderOperator', lower: (_node, input) => input }

/** `as Name`: the rows so far, under a name for the rest of the query. */
export const as: OperatorLowering = {
  kind: 'AsOperator',
  lower: (node, input, context) => {
    const shared = shareFlow(input, context.lowering, false, 'as')
    context.environment.define(nameOf(child(node, 'Name')), { kind: 'table', value: () => shared })
    return readShared(shared, context.lowering, node.span)
  },
}
