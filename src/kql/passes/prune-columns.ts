import {
  columnsOf,
  type ColumnDef,
  type Computed,
  type QueryPlan,
  type Relation,
  type Scan,
  type Walk,
} from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId } from '../ir/scalar.ts'

/**
 * Takes columns that nothing reads from scans and references. DuckDB would not read them either, but it takes longer to
 * plan a statement over a hundred columns than to answer many a query. Columns that no file has are written at the end.
 *
 * `project A#1 (scan T (A#1, B#2, C#3))` → `project A#1 (scan T (A#1))`
 */
export function pruneColumns(plan: QueryPlan): QueryPlan {
  const missing = missingColumns(plan.relation)
  const used = usedColumns(plan, missing)
  const rewriter = new Rewriter({
    relation: (relation) => {
      if (relation.kind === 'scan') return prunedScan(relation, used)
      if (relation.kind !== 'reference') return relation
      const kept = relation.columns.filter(({ id }) => used.has(id))
      return kept.length === 0 ? relation : { ...relation, columns: kept }
    },
  })
  const relation = rewriter.relation(plan.relation)
  return { ...plan, relation, missing: new Set([...missing].filter((id) => !used.has(id))) }
}

/**
 * Columns that are null in every row for want of a file that has them. What else makes nulls, such as the other side of
 * an outer join, makes the same ones.
 */
function missingColumns(relation: Relation): ReadonlySet<ColumnId> {
  const missing = new Set<ColumnId>()
  const passed = (columns: readonly Computed[]) => {
    for (const { id, type, value } of columns) {
      if (value.kind === 'column' && value.type === type && missing.has(value.id)) missing.add(id)
    }
  }
  const collector = new Rewriter({
    // Children come first.
    relation: (node) => {
      if (node.kind === 'scan') for (const { id, isMissing } of node.columns) if (isMissing === true) missing.add(id)
      if (node.kind === 'extend' || node.kind === 'project') passed(node.columns)
      if (node.kind === 'reference') for (const { id, source } of node.columns) if (missing.has(source)) missing.add(id)
      if (node.kind === 'union') {
        node.columns.forEach(({ id, type }, index) => {
          const sources = node.inputs.map(({ sources: all }) => all[index])
          const isMissing = (source: (typeof sources)[number]) =>
            source === undefined || (source.kind === 'column' && source.type === type && missing.has(source.id))
          if (sources.every(isMissing)) missing.add(id)
        })
      }
      return node
    },
  })
  collector.relation(relation)
  return missing
}

/** A table without a column is none; the first costs nothing, since nothing reads it. */
function prunedScan(scan: Scan, used: ReadonlySet<ColumnId>): Scan {
  const kept = scan.columns.filter(({ id }) => used.has(id))
  return { ...scan, columns: kept.length === 0 ? scan.columns.slice(0, 1) : kept }
}

function readByWalk({ start, step, between, measures }: Walk): readonly ColumnDef[] {
  const values = measures.map(({ value }) => value)
  return [start, step.edge, step.from, step.to, ...(between === undefined ? [] : [between.node]), ...values]
}

/** What any expression of the plan names, and the result, but for the columns of it that are missing. */
export function usedColumns(plan: QueryPlan, missing: ReadonlySet<ColumnId>): ReadonlySet<ColumnId> {
  const used = new Set<ColumnId>(plan.columns.map(({ id }) => id).filter((id) => !missing.has(id)))
  const references: Extract<Relation, { kind: 'reference' }>[] = []
  const collector = new Rewriter({
    scalar: (scalar) => {
      if (scalar.kind === 'column') used.add(scalar.id)
      if (scalar.kind === 'subquery' || scalar.kind === 'membership') used.add(scalar.column)
      return scalar
    },
    relation: (relation) => {
      if (relation.kind === 'reference') references.push(relation)
      // Its SQL names the columns of its input by itself.
      if (relation.kind === 'fold') for (const { id } of columnsOf(relation)) used.add(id)
      if (relation.kind === 'sessions') {
        for (const { id } of [relation.row, relation.segment, relation.value, relation.distance]) used.add(id)
      }
      if (relation.kind === 'walk') for (const { id } of readByWalk(relation)) used.add(id)
      return relation
    },
  })
  collector.relation(plan.relation)
  for (const { value } of plan.order) collector.scalar(value)
  // A reference in a shared relation may wait for one that reads it: as often as there are such.
  for (let size = -1; size !== used.size;) {
    size = used.size
    for (const { columns } of references) {
      const kept = columns.filter(({ id }) => used.has(id))
      for (const { source } of kept.length === 0 ? columns : kept) used.add(source)
    }
  }
  return used
}
