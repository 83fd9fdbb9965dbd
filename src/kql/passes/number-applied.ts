import {
  columnsOf,
  type Apply,
  type ColumnDef,
  type QueryPlan,
  type Reference,
  type Relation,
  type SharedRelation,
} from '../ir/relation.ts'
import { namesOuterRow, Rewriter, someRelation, someScalar } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { elementsOf, replaceEnd } from './elements.ts'

/** Apart from the ids of lowering, which count up from 1, and those of the passes before this one. */
const FIRST_ID = -3_000_000

type Fresh = (column: Pick<ColumnDef, 'name' | 'type'>) => ColumnDef

/**
 * A window function over the elements of each row: DuckDB tells the rows apart by the dynamic that is expanded, and so carries
 * all of it beside each of its elements; for 10,000 of them these are gigabytes. A number for each row does as well.
 *
 * `apply T (… number (expand x = d (values)))` →
 * `apply N (… number (filter m = n E))` with N = `number n T`, E = `expand x = d' (reference N (d', m))`
 */
export function numberApplied(plan: QueryPlan): QueryPlan {
  let lastId = FIRST_ID
  const fresh: Fresh = ({ name, type }) => {
    lastId--
    return { id: lastId, name, type }
  }
  const rewriter = new Rewriter({
    relation: (relation) =>
      relation.kind === 'apply' && hasWindow(relation.body) ? numbered(relation, fresh) : relation,
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

const hasWindow = (body: Relation): boolean =>
  someRelation(body, ({ kind }) => kind === 'number') || someScalar(body, ({ kind }) => kind === 'window')

function numbered(apply: Apply, fresh: Fresh): Apply {
  const { input, body, span } = apply
  const expand = elementsOf(body)
  // A named query of SQL cannot see the row of an `apply` around this one.
  if (expand === undefined || namesOuterRow(input)) return apply
  const row = fresh({ name: '$applied', type: 'long' })
  const rows: SharedRelation = {
    name: `applied#${-row.id}`,
    relation: { kind: 'number', input, keys: [], column: row, span },
    columns: [...columnsOf(input), row],
    isMaterialized: true,
  }
  const copies = new Map<ColumnId, ColumnDef>(rows.columns.map((column) => [column.id, fresh(column)]))
  const copying = new Rewriter({
    scalar: (scalar) => ({ ...scalar, ...(scalar.kind === 'column' ? copies.get(scalar.id) : undefined) }),
  })
  const read: Reference = { kind: 'reference', shared: rows, columns: withSources(copies), span }
  const relation = replaceEnd(copying.relation(expand), undefined, read)
  if (namesOuterRow(relation)) return apply
  // Apart, for DuckDB 1.5.5 would expand all rows for each row.
  const elements: SharedRelation = { name: `elements#${-row.id}`, relation, columns: columnsOf(relation), isMaterialized: false } // prettier-ignore
  const value = (column: ColumnDef): Scalar => ({ kind: 'column', ...column, span })
  const isOfRow: Scalar = { kind: 'call', name: '==', type: 'bool', args: [value(copies.get(row.id) ?? row), value(row)], span } // prettier-ignore
  return {
    ...apply,
    input: asItIs(rows, apply),
    body: replaceEnd(body, expand, { kind: 'filter', input: asItIs(elements, apply), condition: isOfRow, span }),
  }
}

/** Under its own ids. */
const asItIs = (shared: SharedRelation, { span }: Apply): Reference => ({
  kind: 'reference',
  shared,
  columns: shared.columns.map((column) => ({ ...column, source: column.id })),
  span,
})

const withSources = (copies: ReadonlyMap<ColumnId, ColumnDef>): (ColumnDef & { readonly source: ColumnId })[] =>
  [...copies].map(([source, copy]) => ({ ...copy, source }))
