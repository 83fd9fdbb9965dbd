import type { QueryPlan, Relation, Scan } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar } from '../ir/scalar.ts'
import { conjuncts, hasWindow } from './scan-bounds.ts'

/** Of the columns that the files have. All of them are put aside, and so read. */
const MOST_COLUMNS = 0.75

/**
 * Marks scans that are sifted (`StoredTable.base`): those whose conditions decide which rows are the answer, and whose
 * columns it has. Rows that pass are put aside, which costs some 3 µs each; an answer has few, and is held in memory anyway.
 * Where rows are counted, joined or cut to the first hundred, millions may pass of which nothing stays.
 *
 * `extend a = b (filter (Name has "x") (scan T))` → `extend a = b (filter (Name has "x") (sifted scan T))`
 */
export function siftScans(plan: QueryPlan): QueryPlan {
  return { ...plan, relation: sifted(plan.relation, false) }
}

function sifted(relation: Relation, isFiltered: boolean): Relation {
  switch (relation.kind) {
    case 'scan':
      return (isFiltered || isTested(relation)) && readsMost(relation) ? { ...relation, isSifted: true } : relation
    case 'filter': {
      const isSelective = conjuncts(relation.condition).some(readsMoreThanTime)
      return { ...relation, input: sifted(relation.input, isFiltered || isSelective) }
    }
    case 'extend':
    case 'project':
      // No condition goes below a window function, so those above it let all rows through down here.
      return { ...relation, input: sifted(relation.input, isFiltered && !relation.columns.some(hasWindow)) }
    case 'union': {
      const inputs = relation.inputs.map((input) => ({ ...input, relation: sifted(input.relation, isFiltered) }))
      return { ...relation, inputs }
    }
    default:
      return relation
  }
}

const isTested = ({ tests, bounds }: Scan): boolean =>
  tests.length > 0 || bounds.some(({ column }) => column.native.type === 'VARCHAR')

function readsMost({ columns, table }: Scan): boolean {
  const read = columns.filter(({ isMissing }) => isMissing !== true).length
  return read >= MOST_COLUMNS * table.columns.filter(({ isMissing }) => isMissing !== true).length
}

/** A condition on nothing but times is that of a window, which most rows may lie in. */
function readsMoreThanTime(condition: Scalar): boolean {
  let found = false
  const visitor = new Rewriter({
    scalar: (scalar) => {
      if (scalar.kind === 'column' && scalar.type !== 'datetime') found = true
      return scalar
    },
  })
  visitor.scalar(condition)
  return found
}
