import { children, type BoundNode } from '../../bind/bound.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import type { Flow } from '../flow.ts'
import { boundColumns, rowContext, type OperatorContext, type OperatorLowering } from '../operator.ts'
import { serialized } from './serialize.ts'
import { lowerNamed, namesOfSeveral } from './named.ts'

export const extend: OperatorLowering = { kind: 'ExtendOperator', lower: lowerExtend }

/** Columns of a known name take that column's place; the others follow at the end. */
export function lowerExtend(node: BoundNode, input: Flow, context: OperatorContext): Flow {
  const flow = serialized(node, input, context)
  const row = rowContext(flow, context)
  const named = children(node, 'Expressions').flatMap((item) => {
    // The pages of series_stats and series_fit_2lines: extend shows only the columns that it names, project all.
    const shown = namesOfSeveral(item)?.length ?? Infinity
    return lowerNamed(item, row).map((value, index) => ({ ...value, isShown: index < shown }))
  })
  const columns: ColumnDef[] = [...flow.columns]
  const computed: Computed[] = []
  let hidden = 0
  for (const { name, value, isShown } of named) {
    if (!isShown) {
      if (boundColumns(node).some((column) => column.name === name)) hidden++
      continue
    }
    const known = name === '' ? -1 : columns.findIndex((column) => column.name === name)
    // Numbered names (`Column1`) come from the binder: the next column that it has and we have not.
    const at = known === -1 ? columns.length : known
    const outName = name === '' ? (boundColumns(node)[at + hidden]?.name ?? `Column${at}`) : name
    const column = context.lowering.column(outName, value.type)
    computed.push({ ...column, value })
    columns[at] = column
  }
  return { ...flow, columns, relation: { kind: 'extend', input: flow.relation, columns: computed, span: node.span } }
}
