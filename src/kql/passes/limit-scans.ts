import { columnOfRows } from '../duckdb/storage.ts'
import { FICKLE } from '../ir/fickle.ts'
import type { Computed, Limit, QueryPlan, Relation, Scan, ScanLimit } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar } from '../ir/scalar.ts'
import { inTermsOf } from './in-terms-of.ts'
import { conjuncts, hasWindow } from './scan-bounds.ts'

/**
 * Repeats `top`, and the conditions below it, at the scan of files: DuckDB (1.5) reads a Parquet file faster if nothing but
 * such a place takes the rows, in the order of the file's columns (docs/benchmarks.md), and a time of the file itself as the
 * key lets it leave out what cannot be among the first any more. What a column is made of is computed of those alone.
 *
 * `limit 3 by Count (filter (Name has "x") (scan T))` → `limit 3 by Count (filter (Name has "x") (scan T limit 3 …))`
 */
export function limitScans(plan: QueryPlan): QueryPlan {
  const rewriter = new Rewriter({
    relation: (relation) => {
      if (relation.kind !== 'limit') return relation
      const input = limited(relation.input, { conditions: [], keys: relation.keys, count: relation.count })
      return input === undefined ? relation : ({ ...relation, input } satisfies Limit)
    },
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

/** Undefined where the rows come otherwise than from files, or are told by more than their own columns. */
function limited(relation: Relation, limit: ScanLimit): Relation | undefined {
  switch (relation.kind) {
    case 'scan': {
      const values = [...limit.conditions, ...limit.keys.map(({ value }) => value)]
      const isThere = relation.table.base?.files !== undefined && values.every((value) => isOfFiles(value, relation))
      return isThere ? { ...relation, limit } : undefined
    }
    case 'filter': {
      const conditions = [...conjuncts(relation.condition), ...limit.conditions]
      return onto(relation, limited(relation.input, { ...limit, conditions }))
    }
    case 'extend':
    case 'project': {
      const { columns } = relation
      // A window function sees the rows around, all of them.
      if (columns.some(hasWindow)) return undefined
      const below = limitInTermsOf(limit, columns)
      return below && onto(relation, limited(relation.input, below))
    }
    default:
      return undefined
  }
}

function limitInTermsOf(limit: ScanLimit, columns: readonly Computed[]): ScanLimit | undefined {
  const conditions = limit.conditions.map((condition) => inTermsOf(condition, columns))
  const keys = limit.keys.map((key) => {
    const value = inTermsOf(key.value, columns)
    return value && { ...key, value }
  })
  const isWhole = conditions.every((each) => each !== undefined) && keys.every((each) => each !== undefined)
  return isWhole ? { ...limit, conditions, keys } : undefined
}

function onto(
  relation: Extract<Relation, { kind: 'filter' | 'extend' | 'project' }>,
  input: Relation | undefined,
): Relation | undefined {
  return input && { ...relation, input }
}

/** The same value each time, of columns that come straight from the files. */
function isOfFiles(value: Scalar, scan: Scan): boolean {
  switch (value.kind) {
    case 'literal':
      return true
    case 'column': {
      const column = scan.columns.find(({ id }) => id === value.id)
      if (column === undefined) return false
      return column.isMissing === true || columnOfRows(scan.table, column.source) !== undefined
    }
    case 'call':
      return !FICKLE.has(value.name) && value.args.every((argument) => isOfFiles(argument, scan))
    default:
      return false
  }
}
