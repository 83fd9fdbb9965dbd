/** Factories for the SQL tree: the vocabulary of the function catalogue. */
import type { KustoType } from '../../domain/kusto.ts'
import { STORAGE_TYPE } from '../duckdb/storage.ts'
import { REFUSAL } from '../errors.ts'
import type { SqlExpr } from './nodes.ts'

export const call = (name: string, ...args: readonly SqlExpr[]): SqlExpr => ({ kind: 'call', name, args })
export const infix = (left: SqlExpr, operator: string, right: SqlExpr): SqlExpr => ({
  kind: 'infix',
  operator,
  left,
  right,
})
export const not = (operand: SqlExpr): SqlExpr => ({ kind: 'prefix', operator: 'NOT', operand })
export const negate = (operand: SqlExpr): SqlExpr => ({ kind: 'prefix', operator: '-', operand })
export const isNull = (operand: SqlExpr): SqlExpr => ({ kind: 'is-null', operand, negated: false })
export const isNotNull = (operand: SqlExpr): SqlExpr => ({ kind: 'is-null', operand, negated: true })
export const cast = (operand: SqlExpr, type: string): SqlExpr => ({ kind: 'cast', operand, type, isTry: false })
export const tryCast = (operand: SqlExpr, type: string): SqlExpr => ({ kind: 'cast', operand, type, isTry: true })
export const text = (value: string): SqlExpr => ({ kind: 'text', value })
/** Ends the query where it is met, as one that is not supported: of the SQL type that stands in its place. */
export const refuseAtRuntime = (what: string, type: string): SqlExpr => cast(call('error', text(REFUSAL + what)), type)
export const bool = (value: boolean): SqlExpr => ({ kind: 'boolean', value })
export const double = (value: number): SqlExpr => ({ kind: 'double', value })
export const long = (value: bigint | number): SqlExpr => ({ kind: 'integer', value: BigInt(value), type: 'BIGINT' })
export const int = (value: bigint | number): SqlExpr => ({ kind: 'integer', value: BigInt(value), type: 'INTEGER' })
export const huge = (value: bigint): SqlExpr => ({ kind: 'integer', value, type: 'HUGEINT' })
export const column = (name: string, table?: string): SqlExpr => ({
  kind: 'column',
  name,
  ...(table === undefined ? {} : { table }),
})
export const list = (...items: readonly SqlExpr[]): SqlExpr => ({ kind: 'list', items })
export const lambda = (parameters: readonly string[], body: SqlExpr): SqlExpr => ({ kind: 'lambda', parameters, body })
export const inList = (needle: SqlExpr, items: readonly SqlExpr[]): SqlExpr => ({ kind: 'in-list', needle, items })
export const star: SqlExpr = { kind: 'star' }

/** Kusto's null of a type; strings have none, so theirs is the empty string. */
export const nullOf = (type: KustoType): SqlExpr =>
  type === 'string' ? text('') : { kind: 'null', type: STORAGE_TYPE[type] }

/** NULL even for strings: inside an expression that ends in `orEmpty`. */
export const sqlNull = (type: string): SqlExpr => ({ kind: 'null', type })

/** `when(condition, value, otherwise)`; pairs for more branches. */
export const when = (condition: SqlExpr, then: SqlExpr, otherwise: SqlExpr): SqlExpr => ({
  kind: 'case',
  whens: [{ when: condition, then }],
  otherwise,
})

export const cases = (whens: readonly (readonly [SqlExpr, SqlExpr])[], otherwise: SqlExpr): SqlExpr => ({
  kind: 'case',
  whens: whens.map(([condition, then]) => ({ when: condition, then })),
  otherwise,
})

/** Every string in storage is non-null; this restores it after functions that give NULL. */
export const orEmpty = (value: SqlExpr): SqlExpr => call('coalesce', value, text(''))

export function and(...conditions: readonly SqlExpr[]): SqlExpr {
  return conditions.reduce((left, right) => infix(left, 'AND', right))
}

export function or(...conditions: readonly SqlExpr[]): SqlExpr {
  return conditions.reduce((left, right) => infix(left, 'OR', right))
}

export const isText = (value: SqlExpr): value is Extract<SqlExpr, { kind: 'text' }> => value.kind === 'text'

interface Weight {
  readonly nodes: number
  readonly hasSubquery: boolean
  /** Highest number of a lambda parameter of ours inside. */
  readonly parameter: number
}

/** Any object or list inside of an expression, for searches that go through all of it. */
interface Part {
  readonly kind?: string
  readonly name?: string
  readonly parameters?: readonly string[]
}

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null
const partsOf = (part: Part): readonly Part[] => Object.values(part).filter(isPart)
const isSubquery = ({ kind }: Part): boolean => kind === 'scalar-query' || kind === 'in-query'

function weigh(expr: SqlExpr): Weight {
  let [nodes, parameter, hasSubquery] = [0, 0, false]
  const visit = (part: Part): void => {
    if (part.kind !== undefined) nodes++
    if (isSubquery(part)) hasSubquery = true
    if (part.kind === 'column') parameter = Math.max(parameter, Number(/^v(\d+)$/.exec(part.name ?? '')?.[1] ?? 0))
    partsOf(part).forEach(visit)
  }
  visit(expr)
  return { nodes, hasSubquery, parameter }
}

/** Writing so many nodes twice costs less than naming them. */
const SMALL = 6

/**
 * `body(...values)` for a body that uses its values several times. SQL has no `let` in expressions, and copies of copies
 * grow exponentially (`a + b + c + d` with each sum written thrice), so large values become the parameter of a lambda
 * over a list of one row: 40 ns a row. All values that the body uses must be given, because a lambda's body may hold no
 * subquery (DuckDB 1.5).
 */
export function onceAll(values: readonly SqlExpr[], body: (...values: SqlExpr[]) => SqlExpr): SqlExpr {
  const weights = values.map(weigh)
  if (weights.every(({ nodes, hasSubquery }) => nodes <= SMALL && !hasSubquery)) return body(...values)
  const parameter = `v${Math.max(...weights.map((weight) => weight.parameter)) + 1}`
  const packed: SqlExpr[] = []
  const names = values.map((value, index) => {
    const weight = weights[index]
    if (weight !== undefined && weight.nodes <= SMALL && !weight.hasSubquery) return value
    packed.push(value)
    return call('struct_extract', column(parameter), int(packed.length))
  })
  const rows = list(call('row', ...packed))
  return call('list_extract', call('list_transform', rows, lambda([parameter], body(...names))), int(1))
}

export const once = (value: SqlExpr, body: (value: SqlExpr) => SqlExpr): SqlExpr =>
  onceAll([value], (only = value) => body(only))

/**
 * `body(...values)`, or null where DuckDB raises. Its TRY allows no subquery inside, such as a `let` of toscalar() makes:
 * those must be among the values.
 */
export const attempt = (values: readonly SqlExpr[], body: (...values: SqlExpr[]) => SqlExpr): SqlExpr => {
  const tried = (...operands: SqlExpr[]): SqlExpr => call('try', body(...operands))
  return values.some((value) => weigh(value).hasSubquery) ? onceAll(values, tried) : tried(...values)
}

/**
 * Whether a subquery stands where DuckDB (1.5) takes none: below a lambda or TRY. A function's argument gets there that
 * is not among the values of its `onceAll`.
 */
export function hasMisplacedSubquery(expr: SqlExpr): boolean {
  const visit = (part: Part, below: boolean): boolean => {
    if (isSubquery(part)) return below
    const inside = below || part.kind === 'lambda' || (part.kind === 'call' && part.name === 'try')
    return partsOf(part).some((each) => visit(each, inside))
  }
  return visit(expr, false)
}

/** How deep subqueries stand in each other; undefined where the expression reads a column outside of them. */
export function subqueryDepth(expr: SqlExpr): number | undefined {
  const visit = (part: Part, depth: number, own: readonly string[]): number => {
    if (depth === 0 && part.kind === 'column' && !own.includes(part.name ?? '')) return Number.NaN
    const inside = isSubquery(part) ? depth + 1 : depth
    const known = part.kind === 'lambda' ? [...own, ...(part.parameters ?? [])] : own
    return partsOf(part).reduce((deepest, each) => Math.max(deepest, visit(each, inside, known)), inside)
  }
  const found = visit(expr, 0, [])
  return Number.isNaN(found) ? undefined : found
}

/** In a filter null counts as false, so that plain comparisons reach the scan and its zone maps. */
export function filterTest(test: SqlExpr): SqlExpr {
  if (test.kind === 'infix' && (test.operator === 'AND' || test.operator === 'OR')) {
    return { ...test, left: filterTest(test.left), right: filterTest(test.right) }
  }
  const [first] = test.kind === 'call' && test.isTestInFilter === true ? test.args : []
  return first ?? test
}

/** Has the text as many bytes as characters? */
export const isAsciiText = (value: SqlExpr): SqlExpr => infix(call('strlen', value), '=', call('length', value))
