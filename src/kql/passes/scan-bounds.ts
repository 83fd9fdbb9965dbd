import type { NativeColumn } from '../duckdb/storage.ts'
import type { ColumnDef, Computed, Filter, QueryPlan, Relation, ScanBound } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { fromStorage, isArray } from '../values/json.ts'

/**
 * Repeats conditions at the scan, on the column as the file has it: the statistics of a Parquet file then decide what is
 * read. DuckDB pushes filters down by itself, but cannot see through what makes ticks of a TIMESTAMP or '' of NULL. A
 * condition that the bound says whole goes from the filter.
 *
 * `filter (TimeGenerated >= t) (scan T)` → `scan T where TimeGenerated >= t`
 */
export function boundScans(plan: QueryPlan): QueryPlan {
  const rewriter = new Rewriter({
    relation: (relation) => (relation.kind === 'filter' ? withBounds(relation) : relation),
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function withBounds(filter: Filter): Relation {
  let { input } = filter
  const rest: Scalar[] = []
  for (const condition of conjuncts(filter.condition)) {
    const comparisons = comparisonsOf(condition)
    const bounded = comparisons.reduce<Relation | undefined>((below, one) => below && pushed(below, one), input)
    if (comparisons.length === 0 || bounded === undefined) {
      rest.push(condition)
      continue
    }
    input = bounded
    if (comparisons.length < sidesOf(condition) || !comparisons.every(saysAll)) rest.push(condition)
  }
  return refiltered(filter, input, rest)
}

/** The filter with what is left of its conditions; its input where none is. */
export function refiltered(filter: Filter, input: Relation, conditions: readonly Scalar[]): Relation {
  const [first, ...others] = conditions
  if (first === undefined) return input
  const condition = others.reduce<Scalar>(
    (left, right) => ({ kind: 'call', name: 'and', type: 'bool', args: [left, right], span: filter.span }),
    first,
  )
  return { ...filter, input, condition }
}

export function conjuncts(condition: Scalar): readonly Scalar[] {
  return condition.kind === 'call' && condition.name === 'and' ? condition.args.flatMap(conjuncts) : [condition]
}

interface Comparison {
  readonly id: ColumnId
  readonly operator: ScanBound['operator']
  readonly values: readonly Scalar[]
}

const OPERATORS: Readonly<Record<string, ScanBound['operator']>> = {
  '==': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}
const TURNED: Readonly<Record<string, ScanBound['operator']>> = {
  '==': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** How many comparisons a condition is made of, whatever it compares with. */
const sidesOf = (condition: Scalar): number => (condition.kind === 'call' && condition.name === 'between' ? 2 : 1)

/** Those of a condition's comparisons that are of a column with constants: of `between` both, one or none. */
function comparisonsOf(condition: Scalar): readonly Comparison[] {
  if (condition.kind !== 'call') return []
  const { name, args } = condition
  const [first, second, third] = args
  if (first === undefined || second === undefined) return []
  if (name === 'between' && third !== undefined && third.type === first.type) {
    return [...compared('>=', first, [second]), ...compared('<=', first, [third])]
  }
  if (name === 'in') return compared('in', first, args.slice(1).flatMap(elementsOf))
  const [operator, turned] = [OPERATORS[name], TURNED[name]]
  if (operator === undefined || turned === undefined || args.length !== 2) return []
  return first.kind === 'column' ? compared(operator, first, [second]) : compared(turned, second, [first])
}

function compared(operator: ScanBound['operator'], column: Scalar, values: readonly Scalar[]): readonly Comparison[] {
  if (column.kind !== 'column' || !values.every((value) => value.type === column.type && isConstant(value))) return []
  // NULL in the file is the empty string: only a test that the empty string fails may skip it.
  if (column.type === 'string' && !values.every((value) => value.kind === 'literal' && value.value !== '')) return []
  if (column.type === 'string' && operator !== '=' && operator !== 'in') return []
  if (column.type === 'datetime' && (operator === 'in' || values.some(isNullLiteral))) return []
  return [{ id: column.id, operator, values }]
}

/** A constant array of strings is its elements. */
export function elementsOf(value: Scalar): readonly Scalar[] {
  if (value.kind !== 'literal' || value.type !== 'dynamic' || typeof value.value !== 'string') return [value]
  const array = fromStorage(value.value)
  if (!isArray(array) || !array.every((element) => typeof element === 'string')) return [value]
  return array.map((element) => ({ ...value, type: 'string', value: element }))
}

const isNullLiteral = (value: Scalar): boolean => value.kind === 'literal' && value.value === null

/** Calendar functions that rules bound their time with; DuckDB computes them once for constants. */
const CALENDAR = new Set(['+', '-', '*', '/', 'bin', 'floor', 'startofday', 'startofweek', 'startofmonth', 'startofyear',
  'endofday', 'endofweek', 'endofmonth', 'endofyear', 'datetime_add', 'todatetime', 'totimespan']) // prettier-ignore

function isConstant(value: Scalar): boolean {
  return value.kind === 'literal' || (value.kind === 'call' && CALENDAR.has(value.name) && value.args.every(isConstant))
}

/** A bound is exact for literals, except for a moment between two microseconds, which equals none of the file's. */
function saysAll({ operator, values }: Comparison): boolean {
  const [value] = values
  if (value?.type !== 'datetime') return true
  return value.kind === 'literal' && operator !== '='
}

/** The relation with the bound at its scan; undefined where none of its scans has the column in a native form. */
function pushed(relation: Relation, comparison: Comparison): Relation | undefined {
  switch (relation.kind) {
    case 'scan': {
      const column = relation.columns.find(({ id }) => id === comparison.id)
      if (column === undefined || !hasNative(column) || !fits(column)) return undefined
      const { operator, values } = comparison
      return { ...relation, bounds: [...relation.bounds, { column, operator, values }] }
    }
    case 'filter':
      return onto(relation, pushed(relation.input, comparison))
    case 'extend':
      // A window function sees the rows around: none of them may go below it.
      return relation.columns.some(hasWindow) ? undefined : onto(relation, pushed(relation.input, comparison))
    case 'project': {
      if (relation.columns.some(hasWindow)) return undefined
      const value = relation.columns.find(({ id }) => id === comparison.id)?.value
      return value?.kind === 'column'
        ? onto(relation, pushed(relation.input, { ...comparison, id: value.id }))
        : undefined
    }
    default:
      return undefined
  }
}

export function hasWindow({ value }: Computed): boolean {
  const inside = (scalar: Scalar): boolean =>
    scalar.kind === 'window' || (scalar.kind === 'call' && scalar.args.some(inside))
  return inside(value)
}

function onto(relation: Extract<Relation, { kind: 'filter' | 'extend' | 'project' }>, input: Relation | undefined) {
  return input === undefined ? undefined : { ...relation, input }
}

type Scanned = ColumnDef & { readonly native?: NativeColumn }

function hasNative(column: Scanned): column is ColumnDef & { readonly native: NativeColumn } {
  return column.native !== undefined
}

function fits({ type, native }: ColumnDef & { readonly native: NativeColumn }): boolean {
  return type === (native.type === 'VARCHAR' ? 'string' : 'datetime')
}
