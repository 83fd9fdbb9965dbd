import type { OperatorLowering } from '../operator.ts'
import { boundColumns } from '../operator.ts'

export const count: OperatorLowering = {
  kind: 'CountOperator',
  lower: (node, input, context) => {
    const column = context.lowering.column(boundColumns(node)[0]?.name ?? 'Count', 'long')
    const value = { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span: node.span } as const
    return {
      columns: [column],
      order: [],
      relation: {
        kind: 'aggregate',
        input: input.relation,
        keys: [],
        measures: [{ ...column, value }],
        span: node.span,
      },
    }
  },
}
