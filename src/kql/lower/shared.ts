import type { TextSpan } from '../bind/bound.ts'
import { columnsOf, type ColumnDef, type SharedRelation } from '../ir/relation.ts'
import type { ColumnId, Scalar, SortKey } from '../ir/scalar.ts'
import { unsupported } from '../errors.ts'
import type { SharedFlow } from './environment.ts'
import { reference, type Flow } from './flow.ts'
import type { Lowering } from './lowering.ts'

/** Makes a flow readable several times. What is read once is put back in place by passes/inline-single-use.ts. */
export function shareFlow(flow: Flow, lowering: Lowering, isMaterialized: boolean, name = 'shared'): SharedFlow {
  const shared: SharedRelation = {
    name: `${name}#${lowering.column(name, 'long').id}`,
    relation: flow.relation,
    columns: columnsOf(flow.relation),
    isMaterialized,
  }
  return { shared, flow }
}

/** One more reading of a shared flow, under ids of its own, so that a table can be joined with itself. */
export function readShared({ shared, flow }: SharedFlow, lowering: Lowering, span: TextSpan): Flow {
  const renamed = new Map<ColumnId, ColumnDef>()
  const needed = neededColumns(flow)
  const columns = shared.columns
    .filter(({ id }) => needed.has(id))
    .map((source) => {
      const column = lowering.column(source.name, source.type)
      renamed.set(source.id, column)
      return { ...column, source: source.id }
    })
  return {
    relation: { kind: 'reference', shared, columns, span },
    columns: flow.columns.map(({ id, name }) => ({ ...renamedColumn(renamed, id, span), name })),
    order: flow.order.map((key) => renameKey(key, renamed, span)),
    isSerialized: flow.isSerialized,
  }
}

function neededColumns(flow: Flow): Set<ColumnId> {
  const needed = new Set(flow.columns.map(({ id }) => id))
  for (const { value } of flow.order) if (value.kind === 'column') needed.add(value.id)
  return needed
}

function renamedColumn(renamed: ReadonlyMap<ColumnId, ColumnDef>, id: ColumnId, span: TextSpan): ColumnDef {
  const column = renamed.get(id)
  // The elements of mv-apply, beside which stand the columns of the row that they come from.
  if (column === undefined) throw unsupported('what reads its rows several times inside of mv-apply', span)
  return column
}

function renameKey(key: SortKey, renamed: ReadonlyMap<ColumnId, ColumnDef>, span: TextSpan): SortKey {
  const { value } = key
  // Keys are always columns by the time a flow is shared: lower/sort.ts computes them first.
  const column: Scalar = value.kind === 'column' ? reference(renamedColumn(renamed, value.id, span)) : value
  return { ...key, value: column }
}
