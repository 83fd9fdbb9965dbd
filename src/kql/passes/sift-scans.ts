import type { Computed, QueryPlan, Relation, Scan } from '../ir/relation.ts'
import type { ColumnId, ColumnScalar, Scalar } from '../ir/scalar.ts'
import { conjuncts, elementsOf, hasWindow } from './scan-bounds.ts'

/** Of the columns that the files have. All of them are put aside, and so read. */
const MOST_COLUMNS = 0.75

/** Tests that DuckDB takes below what is put aside, alone or, as for `has` of a phrase, with a part that rules most rows out; `has_any` has none. */
const TESTS: ReadonlySet<string> = new Set([
  ...[
    '==',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    '=~',
    '!~',
    'in',
    '!in',
    'in~',
    '!in~',
    'has',
    'has_cs',
    'hasprefix',
    'hassuffix',
  ],
  ...['contains', 'contains_cs', 'startswith', 'startswith_cs', 'endswith', 'endswith_cs'],
  ...['isempty', 'isnotempty', 'isnull', 'isnotnull'],
])
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not'])

/**
 * Marks scans that are sifted (`StoredTable.base`): those whose conditions decide which rows are the answer, and whose
 * columns it has. Rows that pass are put aside, which costs some 3 µs each; an answer has few, and is held in memory anyway.
 * Where rows are counted, joined or cut to the first hundred, millions may pass of which nothing stays. So they may where
 * DuckDB tests only what is put aside: it takes nothing below that might throw, such as a function in JavaScript.
 *
 * `extend a = b (filter (Name has "x") (scan T))` → `extend a = b (filter (Name has "x") (sifted scan T))`
 */
export function siftScans(plan: QueryPlan): QueryPlan {
  return { ...plan, relation: sifted(plan.relation, { isSelective: false, reads: new Set() }) }
}

/** What the filters above a relation test of it. */
interface Filters {
  readonly isSelective: boolean
  readonly reads: ReadonlySet<ColumnId>
}

function sifted(relation: Relation, above: Filters): Relation {
  switch (relation.kind) {
    case 'scan': {
      const isTaken = relation.tests.every(({ condition }) => isTakenBelow(condition))
      const isSelective = above.isSelective || isTested(relation)
      return isSelective && isTaken && readsMost(relation) ? { ...relation, isSifted: true } : relation
    }
    case 'filter': {
      const conditions = conjuncts(relation.condition)
      if (!conditions.every(isTakenBelow)) return relation
      const read = conditions.flatMap(columnsIn)
      // A condition on nothing but times is that of a window, which most rows may lie in.
      const isSelective = above.isSelective || read.some(({ type }) => type !== 'datetime')
      const reads = new Set([...above.reads, ...read.map(({ id }) => id)])
      return { ...relation, input: sifted(relation.input, { isSelective, reads }) }
    }
    case 'extend':
    case 'project': {
      const reads = throughColumns(above.reads, relation.columns)
      if (reads === undefined) return relation
      // No condition goes below a window function, so those above it let all rows through down here.
      const isSelective = above.isSelective && !relation.columns.some(hasWindow)
      return { ...relation, input: sifted(relation.input, { isSelective, reads }) }
    }
    case 'union': {
      // Its columns have ids of their own.
      if (above.reads.size > 0) return relation
      return {
        ...relation,
        inputs: relation.inputs.map((input) => ({ ...input, relation: sifted(input.relation, above) })),
      }
    }
    default:
      return relation
  }
}

/** The same columns one relation down; undefined where one of them is computed here. */
function throughColumns(reads: Filters['reads'], columns: readonly Computed[]): ReadonlySet<ColumnId> | undefined {
  const values = new Map(columns.map(({ id, value }) => [id, value]))
  const below = [...reads].map((id) => {
    const value = values.get(id)
    if (value === undefined) return id
    return value.kind === 'column' ? value.id : undefined
  })
  return below.every((id) => id !== undefined) ? new Set(below) : undefined
}

const isTested = ({ tests, bounds }: Scan): boolean =>
  tests.length > 0 || bounds.some(({ column }) => column.native.type === 'VARCHAR')

/** Tests of columns, as the relation below has them, against constants of ASCII. */
function isTakenBelow(condition: Scalar): boolean {
  if (condition.kind !== 'call') return condition.kind === 'column' || condition.kind === 'literal'
  if (CONNECTIVES.has(condition.name)) return condition.args.every(isTakenBelow)
  return TESTS.has(condition.name) && condition.args.flatMap(elementsOf).every(isPlain)
}

function isPlain(operand: Scalar): boolean {
  if (operand.kind === 'column') return true
  return operand.kind === 'literal' && (typeof operand.value !== 'string' || /^[\x20-\x7e]*$/.test(operand.value))
}

function readsMost({ columns, table }: Scan): boolean {
  const read = columns.filter(({ isMissing }) => isMissing !== true).length
  return read >= MOST_COLUMNS * table.columns.filter(({ isMissing }) => isMissing !== true).length
}

function columnsIn(condition: Scalar): readonly ColumnScalar[] {
  if (condition.kind === 'column') return [condition]
  return condition.kind === 'call' ? condition.args.flatMap(columnsIn) : []
}
