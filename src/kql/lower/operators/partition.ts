import { child, type BoundNode, type TextSpan } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Apply, ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar, SortKey } from '../../ir/scalar.ts'
import { callScalar, findColumn, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  parametersOf,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { Environment, type Binding, type SharedFlow } from '../environment.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerOperator, lowerTabular } from '../tabular.ts'
import { lowerSubquery, operatorsOf } from './mv-apply.ts'
import { numbered, usesSessions } from './serialize.ts'

/**
 * A pipeline for the rows of each value of a column. The strategies say how the service spreads the work, which is no
 * matter here, and what it refuses: operators with a source of their own, or more than 64 values.
 */
export const partition: OperatorLowering = {
  kind: 'PartitionOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const scope = node.nodes['Scope']
    if (scope !== undefined) throw unsupported('partition with a scope', scope.span)
    const operand = child(node, 'Operand')
    const subquery = operand.nodes['Subquery']
    const { span } = node
    const strategy = parametersOf(node).get('hint.strategy')?.text ?? 'legacy'
    // A query in braces has its own source, and runs with each (recorded: docs/geo-point-in-polygon-function-03), other than the page says.
    if (subquery !== undefined && strategy !== 'legacy') refuseOwnSources(subquery, strategy)
    const operators = subquery === undefined ? [] : operatorsOf(subquery).reverse()
    const limit = strategy === 'legacy' ? { atMost: MOST_LEGACY_PARTS } : {}
    if (operators.some((operator) => isWalk(operator, context)))
      return lowerAroundWalk(node, operators, input, limit, context)
    const shared = shareFlow(input, context.lowering, false, 'partition')
    const by = child(node, 'ByExpression')
    const { relation: keys, key } = keysOf(shared, by, context)
    const body =
      subquery === undefined ? lowerInBraces(operand, by, key, context) : lowerSubquery(subquery, partOf(shared, by, key, context), context) // prettier-ignore
    const columns = boundColumns(node).map(({ name }) => {
      const column = findColumn(body.columns, name)
      if (column === undefined) throw unsupported(`the partition column "${name}"`, span)
      return column
    })
    // What a part sorts stays in order behind it, one part after the other.
    const order = body.order.length === 0 ? [] : [keyOfOrder(key, span), ...body.order]
    return { columns, order, relation: { kind: 'apply', input: keys, body: body.relation, ...limit, span } }
  },
}

/** https://learn.microsoft.com/kusto/query/partition-operator, «Legacy strategy». */
const MOST_LEGACY_PARTS = 64

/** Same page, «Supported operators for the native and shuffle strategies». */
const OF_PARTS_ALONE = new Set([
  'CountOperator', 'DistinctOperator', 'ExtendOperator', 'FilterOperator', 'MakeSeriesOperator', 'MvApplyOperator',
  'MvExpandOperator', 'ParseOperator', 'ParseWhereOperator', 'ProjectAwayOperator', 'ProjectKeepOperator',
  'ProjectOperator', 'ProjectRenameOperator', 'ProjectReorderOperator', 'ReduceByOperator', 'SampleDistinctOperator',
  'SampleOperator', 'ScanOperator', 'SearchOperator', 'SerializeOperator', 'SortOperator', 'SummarizeOperator',
  'TakeOperator', 'TopHittersOperator', 'TopNestedOperator', 'TopOperator',
]) // prettier-ignore

function refuseOwnSources(subquery: BoundNode, strategy: string): void {
  const other = operatorsOf(subquery).find(({ kind }) => !OF_PARTS_ALONE.has(kind))
  if (other === undefined) return
  const name = other.text.split(/[\s(]/, 1)[0] ?? other.kind
  throw invalid(`partition with hint.strategy=${strategy} takes no ${name}`, other.span, 'leave out hint.strategy')
}

/** Operators that look at one row at a time, or that heed `context.part`, as their window functions do. */
const HEED_PARTS = new Set([
  'ExtendOperator',
  'FilterOperator',
  'ProjectAwayOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'ScanOperator',
  'SerializeOperator',
  'SortOperator',
])

/** What DuckDB cannot do for each part: its state goes from row to row. */
const isWalk = (operator: BoundNode, { environment }: OperatorContext): boolean =>
  operator.kind === 'ScanOperator' || (HEED_PARTS.has(operator.kind) && usesSessions(operator, environment))

/**
 * `scan` and sessions walk over the rows once, so they go over all parts in turn, and begin anew with each. Operators
 * beside them that look at several rows run for each part, over what those before them have left of it.
 */
function lowerAroundWalk(
  node: BoundNode,
  operators: readonly BoundNode[],
  input: Flow,
  limit: Pick<Apply, 'atMost'>,
  context: OperatorContext,
): Flow {
  const { span } = node
  const named = operators.find(({ kind }) => kind === 'AsOperator')
  // The name means the rows of one part, also for what runs over all of them.
  if (named !== undefined) throw unsupported('a name for the rows of a part, beside scan or sessions', named.span)
  const by = child(node, 'ByExpression')
  const shared = shareFlow(input, context.lowering, false, 'partition')
  const rows = withPart(by, readShared(shared, context.lowering, span), context)
  // The number of parts is counted where something runs for each.
  let parts = limit.atMost === undefined ? rows : forEachPart([], rows, keysOf(shared, by, context), context, limit)
  for (let next = 0; next < operators.length;) {
    const isOverAll = HEED_PARTS.has(operators[next]?.kind ?? '')
    const end = operators.findIndex(({ kind }, index) => index > next && HEED_PARTS.has(kind) !== isOverAll)
    const run = operators.slice(next, end < 0 ? undefined : end)
    parts = isOverAll
      ? overAllParts(run, parts, context)
      : forEachPart(run, parts, keysOf(shared, by, context), context)
    next += run.length
  }
  return parts.flow
}

/** Rows of all parts, and the column that tells which of them a row is in. */
interface Parts {
  readonly flow: Flow
  readonly part: ColumnDef
}

function withPart(by: BoundNode, input: Flow, context: OperatorContext): Parts {
  const { span } = by
  const value = lowerScalar(by, rowContext(input, context))
  const part: Computed = { ...context.lowering.column('$part', value.type), value }
  const extended: Relation = { kind: 'extend', input: input.relation, columns: [part], span }
  return { flow: { ...input, relation: extended, order: [keyOfOrder(part, span), ...input.order] }, part }
}

const keyOfOrder = (part: ColumnDef, span: TextSpan): SortKey => ({
  value: reference(part, span),
  descending: false,
  nullsFirst: true,
})

function overAllParts(operators: readonly BoundNode[], { flow, part }: Parts, context: OperatorContext): Parts {
  const own = { ...context, part }
  const lowered = operators.reduce((rows, operator) => {
    const hasSessions = usesSessions(operator, context.environment)
    return lowerOperator(operator, hasSessions ? oneAfterTheOther(rows, part, own, operator) : rows, own)
  }, flow)
  return { flow: lowered, part }
}

/** `sort` puts the rows of all parts in one order; sessions see those of one part side by side. */
function oneAfterTheOther(flow: Flow, part: ColumnDef, context: OperatorContext, node: BoundNode): Flow {
  const order = [keyOfOrder(part, node.span), ...flow.order]
  return { ...numbered({ ...flow, order }, context, node), isSerialized: flow.isSerialized }
}

/** Also for parts that have no rows any more: `count` has an answer there. */
function forEachPart(
  operators: readonly BoundNode[],
  { flow, part }: Parts,
  keys: { readonly relation: Relation; readonly key: Computed },
  context: OperatorContext,
  limit: Pick<Apply, 'atMost'> = {},
): Parts {
  const { span } = keys.relation
  const whole = { ...flow, columns: [...flow.columns, part] }
  const read = readShared(shareFlow(whole, context.lowering, false, 'part'), context.lowering, span)
  const [own = part] = read.columns.slice(-1)
  const condition = samePart(reference(own), reference(keys.key), span)
  const rows: Flow = {
    ...read,
    columns: read.columns.slice(0, -1),
    relation: { kind: 'filter', input: read.relation, condition, span },
  }
  const body = operators.reduce((input, operator) => lowerOperator(operator, input, context), rows)
  const relation: Relation = { kind: 'apply', input: keys.relation, body: body.relation, ...limit, span }
  return { flow: { ...body, relation, order: [keyOfOrder(keys.key, span), ...body.order] }, part: keys.key }
}

/** Rows without a value are a part, too: the page has the union of all. Strings are never null, and `==` is the faster test. */
function samePart(own: Scalar, key: Scalar, span: TextSpan): Scalar {
  return callScalar(own.type === 'string' ? '==' : 'same value', 'bool', [own, key], span)
}

/** The values that rows have. */
function keysOf(shared: SharedFlow, by: BoundNode, context: OperatorContext): { relation: Relation; key: Computed } {
  const { span } = by
  const all = readShared(shared, context.lowering, span)
  const value = lowerScalar(by, rowContext(all, context))
  const key: Computed = { ...context.lowering.column('$key', value.type), value }
  return { relation: { kind: 'aggregate', input: all.relation, keys: [key], measures: [], span }, key }
}

/** The rows whose value is that of the key. */
function partOf(shared: SharedFlow, by: BoundNode, key: Computed, context: OperatorContext): Flow {
  const { span } = by
  const rows = readShared(shared, context.lowering, span)
  const own = lowerScalar(by, rowContext(rows, context))
  const condition = samePart(own, reference(key), span)
  return { ...rows, relation: { kind: 'filter', input: rows.relation, condition, span } }
}

/** `partition by k { T | where a == toscalar(k) }`: a whole query for each value, which it knows by the column's name. */
function lowerInBraces(operand: BoundNode, by: BoundNode, key: Computed, context: OperatorContext): Flow {
  if (by.kind !== 'NameReference') throw unsupported('partition by an expression with a query in braces', by.span)
  const environment = new Environment(context.environment)
  const binding: Binding = { kind: 'scalar', value: () => reference(key, by.span) }
  environment.define(nameOf(by), binding)
  const partKey = { name: nameOf(by), value: key, binding }
  return lowerTabular(child(operand, 'Query'), { ...context, environment, partKey })
}
