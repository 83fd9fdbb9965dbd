import { children } from '../../bind/bound.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import { boundColumns, refuseParameters, rowContext, type OperatorLowering } from '../operator.ts'
import { lowerNamed } from './named.ts'
import { copyColumns } from './project.ts'

export const distinct: OperatorLowering = {
  kind: 'DistinctOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const names = boundColumns(node)
    const items = children(node, 'Expressions')
    const keys = items.some(({ kind }) => kind === 'StarExpression')
      ? copyColumns(input.columns, context)
      : items
          .flatMap((item) => lowerNamed(item, rowContext(input, context)))
          .map(({ name, value }, index): Computed => ({
            ...context.lowering.column(names[index]?.name ?? name, value.type),
            value,
          }))
    return {
      columns: keys.map(({ id, name, type }): ColumnDef => ({ id, name, type })),
      order: [],
      relation: { kind: 'aggregate', input: input.relation, keys, measures: [], span: node.span },
    }
  },
}
