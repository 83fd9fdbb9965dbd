import { children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import { boundColumns, type OperatorContext } from '../operator.ts'
import type { Flow } from '../flow.ts'
import { lowerNamed } from './named.ts'

export function lowerPrint(node: BoundNode, context: OperatorContext): Flow {
  const names = boundColumns(node)
  const scope = { columns: [], order: [] }
  const named = children(node, 'Expressions').flatMap((item) => lowerNamed(item, { ...context, scope }))
  // The binder gives one name to a call with several results, and no page says what the service prints.
  if (named.length !== names.length) throw unsupported('print of one name for several results', node.span, 'print the argument, and extend or project the call') // prettier-ignore
  const columns = named.map(({ name, value }, index): Computed => ({
    ...context.lowering.column(names[index]?.name ?? name, value.type),
    value,
  }))
  return {
    columns: columns.map(({ id, name, type }): ColumnDef => ({ id, name, type })),
    order: [],
    relation: {
      kind: 'project',
      columns,
      span: node.span,
      input: { kind: 'values', columns: [], rows: [[]], span: node.span },
    },
  }
}
