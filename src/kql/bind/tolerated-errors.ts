/**
 * Errors of the language service's binder that the service itself does not share, each with the source that says so: a recorded answer, a page
 * of the reference, rules that run in Sentinel.
 */
import { isDynamic, type BoundNode } from './bound.ts'
import { columnsInScope } from './diagnostic-hints.ts'
import type { ForeignDiagnostic } from './library.ts'
import { OVER_PATTERNS } from './lone-properties.ts'
import { UNKNOWN_NAME } from './service-codes.ts'

/** Of errors: whether the query runs in the service all the same. `path` leads from the root to what the error is about. */
export function isTolerated({ Code: code }: ForeignDiagnostic, path: readonly BoundNode[]): boolean {
  if (TOLERATED.has(code)) return true
  // Advanced hunting takes a column by its name there: invoke FileProfile(SHA1). What it is for, the function says.
  if (code === UNKNOWN_NAME && path.some(({ kind }) => kind === 'InvokeOperator'))
    return columnsInScope(path).includes(path.at(-1)?.text ?? '')
  if (code === EXPECTED) return isOldStrategy(path)
  if (code === SIDE_OF_JOIN) return isSwapped(path.findLast(({ kind }) => kind === 'EqualExpression'))
  if (code === COMMON_KEY_TYPES) return isIntegerKey(path)
  if (code === MUST_BE_FIRST) return beginsOwnQuery(path)
  if (BOUND_OF_SERIES.has(code)) return isBoundAlongInts(path)
  const called = (node: BoundNode | undefined): string => node?.nodes['Name']?.text ?? ''
  const isCall = ({ kind }: BoundNode): boolean => kind === 'FunctionCallExpression'
  if (ARGUMENT_COUNT.has(code)) {
    const call = path.findLast(isCall)
    const given = call?.nodes['ArgumentList']?.lists['Expressions']?.length ?? 0
    const [least, most] = ARGUMENTS_BY_PAGE.get(called(call)) ?? [1, 0]
    return given >= least && given <= most
  }
  // Below not() the binder sees no search.
  if (code === 'KS106') return called(path.findLast(isCall)) === 'not' && isSearchTerm(path)
  if (code === MUST_BE_LITERAL) return TAKES_CONSTANT.has(called(path.findLast(isCall)))
  if (code === SUMMABLE_EXPECTED) return isPeriod(called(path.findLast(isCall)), path.at(-1))
  if (code === ARRAY_EXPECTED) return path.some(({ kind }) => OVER_PATTERNS.has(kind))
  if (code !== 'KS107') return false
  if (PARSE_JSON.has(called(path.slice(0, -1).findLast(isCall))) && isDynamic(argumentOf(path))) return true
  const name = called(path.findLast(isCall))
  return name === 'not' ? isSearchTerm(path) : TOLERATED_ARGUMENTS.has(name)
}

/** Of a name the path goes on to the token in it, which has no type. */
const argumentOf = (path: readonly BoundNode[]): BoundNode | undefined =>
  path.findLast(({ type }) => type !== undefined)

/** The real engine runs `make_timespan(1, 2, 3.5)`: recorded in shared/kql-cases (r3-datetime-timespan/0012). */
const TOLERATED = new Set(['KS134'])
/** «Must be a dynamic array», of a walk: `array_length(e)` is its length, and `e.w` an array of values (lower/graph/elements.ts). */
const ARRAY_EXPECTED = 'KS234'
/**
 * «Must be summable», of a window that is the name of a period. The pages of these plug-ins: the value may also be a
 * string of week, month or year.
 */
const SUMMABLE_EXPECTED = 'KS138'
const IN_PERIODS = new Set([
  'active_users_count',
  'activity_counts_metrics',
  'activity_metrics',
  'new_activity_metrics',
])

const isPeriod = (plugin: string, argument: BoundNode | undefined): boolean =>
  IN_PERIODS.has(plugin) && /^['"](?:week|month|year)['"]$/.test(argument?.text ?? '')

/**
 * `count(x)` and lists for bag_unpack's names: the service wants a bool (or a string), the engine does not
 * (r3-null-and-edge/0004, docs/bag-unpack-plugin-04). The page of series_fit_poly gives a long for the degree, where
 * the service's binder wants an int.
 */
const TOLERATED_ARGUMENTS = new Set(['count', 'bag_unpack', 'series_fit_poly'])
/** `search … not("word")` (r3-parse-search/0040), or of several words: there a text is a condition, elsewhere it is none. */
const isSearchTerm = (path: readonly BoundNode[]): boolean =>
  path.some(({ kind }) => kind === 'SearchOperator') && isTerm(path.at(-1))

function isTerm(node: BoundNode | undefined): boolean {
  if (node === undefined) return false
  if (node.kind === 'ParenthesizedExpression') return isTerm(node.nodes['Expression'])
  if (node.kind === 'AndExpression' || node.kind === 'OrExpression')
    return isTerm(node.nodes['Left']) && isTerm(node.nodes['Right'])
  return node.kind.endsWith('StringLiteralExpression') || (node.type?.kind === 'scalar' && node.type.type === 'bool')
}

/**
 * «The expression must be a literal», of all that takes one that is no type: a function of the service's own library keeps the
 * unit in a `let` and gives datetime_diff() its name. What is no constant after all, the lowering refuses.
 */
const MUST_BE_LITERAL = 'KS131'
const TAKES_CONSTANT = new Set([
  'datetime_diff',
  'datetime_add',
  'datetime_part',
  'datepart',
  'format_datetime',
  'format_timespan',
  'countof',
])

/**
 * «The operator must be the first operator in the query», of a query of its own within the subquery of mv-apply or partition:
 * `mv-apply … on (where x > toscalar(print 1))`. The service's check looks up to the subquery and past all that is between.
 */
const MUST_BE_FIRST = 'KS175'
const SUBQUERIES = new Set(['MvApplySubqueryExpression', 'PartitionSubquery'])
const OWN_QUERIES = new Set([
  'ToScalarExpression',
  'ToTableExpression',
  'JoinOperator',
  'LookupOperator',
  'UnionOperator',
])

function beginsOwnQuery(path: readonly BoundNode[]): boolean {
  const subquery = path.findLastIndex(({ kind }) => SUBQUERIES.has(kind))
  const own = path.findLastIndex(({ kind }) => OWN_QUERIES.has(kind))
  return subquery !== -1 && own > subquery && !path.slice(own).some(isPiped)
}

/** Something flows into the operator that the path leads to. */
const isPiped = (node: BoundNode, index: number, path: readonly BoundNode[]): boolean =>
  node.kind === 'PipeExpression' && node.nodes['Operator'] === path[index + 1]

/**
 * Other names of parse_json(), as its page says, which takes a dynamic as it is. Of these the service's binder wants a
 * string; rules that run in Sentinel have `todynamic(toscalar(… make_set(…)))`.
 */
const PARSE_JSON = new Set(['todynamic', 'toobject'])

/**
 * «The join condition operand must be: $left.<column>», also where only the order of the sides is another. Hunting queries
 * that their authors run have `on $right.DeviceId == $left.DeviceId`, so the engine takes both orders.
 */
const SIDE_OF_JOIN = 'KS183'

/**
 * «The common column must have the same type on both sides of the join»: as the page has it, `on x` says no more than
 * `$left.x == $right.x`, for which the service's binder takes an int beside a long. Rules that run in Sentinel compare
 * the int of a table with the long of a literal. Other pairs stay errors, and so does a lookup, of which the binder then
 * no longer leaves out the right key.
 */
const COMMON_KEY_TYPES = 'KS227'
const INTEGERS: ReadonlySet<string> = new Set(['int', 'long'])

function isIntegerKey(path: readonly BoundNode[]): boolean {
  const name = path.at(-1)?.text
  const join = path.findLast(({ kind }) => kind === 'JoinOperator')
  const left = path.findLast((node) => node.nodes['Operator'] === join)?.nodes['Expression']
  return [left, join?.nodes['Expression']].every((side) => {
    const column = side?.type?.kind === 'table' ? side.type.columns.find((each) => each.name === name) : undefined
    return column?.type !== undefined && INTEGERS.has(column.type)
  })
}

/**
 * «Expects 2 arguments»: the page of bag_unpack has four, where a rule gives both columnsConflict and ignoredProperties,
 * and that of format_ipv4_mask() needs no prefix.
 */
const ARGUMENT_COUNT = new Set(['KS119', 'KS120'])
const ARGUMENTS_BY_PAGE: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['bag_unpack', [1, 4]],
  ['format_ipv4_mask', [1, 2]],
])

/**
 * The page of make-series: all numeric types are accepted as axis. Of the service's binder an int column takes no step at
 * all, since int + int is a long, nor the bounds that a query would write (`from 0`).
 */
const BOUND_OF_SERIES = new Set(['KS141', 'KS178'])

function isBoundAlongInts(path: readonly BoundNode[]): boolean {
  const series = path.findLast(({ kind }) => kind === 'MakeSeriesOperator')
  const axis = series?.nodes['OnClause']?.nodes['Expression']?.type
  const clause = path.findLastIndex(({ kind }) => /^MakeSeries.*Clause$/.test(kind))
  const isWhole = clause !== -1 && !path.slice(clause, -1).some(({ kind }) => kind === 'FunctionCallExpression')
  const bound = isWhole ? path.at(-1)?.type : undefined
  const isInteger = bound?.kind === 'scalar' && bound.type !== undefined && INTEGERS.has(bound.type)
  return axis?.kind === 'scalar' && axis.type === 'int' && isInteger
}

const isSwapped = (condition: BoundNode | undefined): boolean =>
  condition?.nodes['Left']?.text.startsWith('$right.') === true &&
  condition.nodes['Right']?.text.startsWith('$left.') === true

/**
 * The operators that choose columns take patterns, and the engine is content with one that matches nothing: rules that
 * run in Sentinel end in `project-away *1, *2` after a join (FalconForceTeam/KQLAnalyzer, issue 2). Of the service's
 * binder it is an unknown column.
 */
const TAKE_PATTERNS = new Set(['ProjectAwayOperator', 'ProjectKeepOperator', 'ProjectReorderOperator'])

/** The pattern that is meant, if it is one. */
export function unmatchedPattern(code: string, path: readonly BoundNode[]): string | undefined {
  if (code !== 'KS109' && code !== UNKNOWN_NAME) return undefined
  const name = path.findLast(({ kind }) => kind === 'NameReference')?.text
  const isTaken = path.some(({ kind }) => TAKE_PATTERNS.has(kind))
  return isTaken && name?.includes('*') === true ? name : undefined
}

/**
 * «A column with the name … is already declared», of a pattern: `project-reorder g, *` behind a plug-in, as long as the
 * columns of its table are open. A pattern stands for the columns that have no place yet, as it does over other tables.
 */
const ALREADY_DECLARED = 'KS171'

export const isPatternOfOrder = (code: string, path: readonly BoundNode[]): boolean =>
  code === ALREADY_DECLARED &&
  path.at(-1)?.text.includes('*') === true &&
  path.some(({ kind }) => kind === 'ProjectReorderOperator')

/**
 * «Expected: shuffle», of `summarize hint.strategy=partitioned`: the older name of it, which the queries of Azure Monitor for
 * updates have to this day. A hint changes no answer.
 */
const EXPECTED = 'KS005'

const isOldStrategy = (path: readonly BoundNode[]): boolean =>
  /^hint\.strategy\s*=\s*partitioned$/.test(path.findLast(({ kind }) => kind === 'NamedParameter')?.text.trim() ?? '')
