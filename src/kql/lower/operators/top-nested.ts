import { child, children, type BoundNode, type TextSpan } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Join, Relation, Union } from '../../ir/relation.ts'
import type { Scalar, SortKey } from '../../ir/scalar.ts'
import { callScalar, literal, NO_SPAN, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  constantCount,
  constantScalar,
  refuseDynamicKey,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { readShared, shareFlow } from '../shared.ts'
import type { SharedFlow } from '../environment.ts'
import { lowerNamed } from './named.ts'
import { lowerMeasure } from './summarize.ts'

/** What the levels so far leave: their values, which name a group, and the aggregates beside them. */
interface Levels {
  readonly relation: Relation
  readonly keys: readonly ColumnDef[]
  readonly columns: readonly ColumnDef[]
}

/**
 * Groups within groups, the best few of each: level by level, `summarize` by all values so far, the groups that the
 * levels before have left, and of each of those the first by the level's aggregate.
 */
export const topNested: OperatorLowering = {
  kind: 'TopNestedOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const shared = shareFlow(input, context.lowering, false, 'top-nested')
    const clauses = children(node, 'Clauses')
    const names = boundColumns(node)
    if (names.length !== 2 * clauses.length) throw unsupported('this form of top-nested', node.span)
    const withOthers = clauses.some(hasOthers)
    const kept: SharedFlow[] = []
    let levels: Levels | undefined
    clauses.forEach((clause, index) => {
      const level = lowerLevel(clause, clauses.slice(0, index + 1), shared, levels, context)
      // Read several times, so evaluated once: which of two equals is among the best must not change.
      const held = shareFlow({ ...level, order: [] }, context.lowering, withOthers, 'level')
      kept.push(held)
      levels = withOthers ? reread(held, context, clause) : level
    })
    if (levels === undefined) throw unsupported('top-nested without levels', node.span)
    const columns = levels.columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }))
    if (!withOthers) return { columns, order: [], relation: levels.relation }
    return uniteOthers({ relation: levels.relation, columns, order: [] }, { clauses, kept, shared }, node, context)
  },
}

const hasOthers = (clause: BoundNode): boolean => clause.nodes['WithOthersClause'] !== undefined

function reread(held: SharedFlow, context: OperatorContext, { span }: BoundNode): Levels {
  const { relation, columns } = readShared(held, context.lowering, span)
  return { relation, columns, keys: columns.filter((_, index) => index % 2 === 0) }
}

interface Hierarchy {
  readonly clauses: readonly BoundNode[]
  /** What each level leaves. */
  readonly kept: readonly SharedFlow[]
  readonly shared: SharedFlow
}

/**
 * `with others`: beside the best of each level one row for all others of the same outer groups, as the older page of the
 * operator shows it. Levels without a value for the others are empty in that row; one that has no such value, nor any
 * below it, has no such row.
 */
function uniteOthers(best: Flow, hierarchy: Hierarchy, node: BoundNode, context: OperatorContext): Flow {
  const columns = best.columns.map(({ name, type }) => context.lowering.column(name, type))
  const legs = hierarchy.clauses.flatMap((_, index) =>
    hierarchy.clauses.slice(index).some(hasOthers) ? [lowerOthers(index, hierarchy, best.columns, context)] : [],
  )
  const inputs = [{ relation: best.relation, sources: best.columns.map((column) => reference(column)) }, ...legs]
  return { columns, order: [], relation: { kind: 'union', columns, inputs, span: node.span } }
}

/** The rows that the level `index` has not left, of the groups that the levels above it have. */
function lowerOthers(
  index: number,
  { clauses, kept, shared }: Hierarchy,
  columns: readonly ColumnDef[],
  context: OperatorContext,
): Union['inputs'][number] {
  const [clause, own, outer] = [clauses[index], kept[index], kept[index - 1]]
  if (clause === undefined || own === undefined) throw unsupported('top-nested without levels', NO_SPAN)
  const { span } = clause
  const flow = readShared(shared, context.lowering, span)
  const keys = clauses.slice(0, index + 1).map((level) => keyOf(level, flow, context))
  const keyed: Relation = { kind: 'extend', input: flow.relation, columns: keys, span }
  const within = outer === undefined ? keyed : joinOn('semi', keyed, keys.slice(0, -1), reread(outer, context, clause), span) // prettier-ignore
  const rest = joinOn('anti', within, keys, reread(own, context, clause), span)
  const groups = keys.slice(0, -1).map((key): Computed => ({
    ...context.lowering.column(key.name, key.type),
    value: reference(key),
  }))
  const size = context.lowering.column('$size', 'long')
  const count: Scalar = { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span }
  const measures = clauses.map((level, at) => (at < index || !hasOthers(level) ? undefined : measureOf(level, flow, context))) // prettier-ignore
  const grouped: Relation = {
    kind: 'aggregate',
    input: rest,
    keys: groups,
    measures: [...measures.filter((measure) => measure !== undefined), { ...size, value: count }],
    span,
  }
  const some: Relation = {
    kind: 'filter',
    input: grouped,
    condition: callScalar('>', 'bool', [reference(size), literal('long', 0n, span)], span),
    span,
  }
  const above = outer === undefined ? undefined : reread(outer, context, clause)
  const sources = clauses.flatMap((level, at) => {
    const [value, aggregate] = [above?.columns[2 * at], above?.columns[2 * at + 1]]
    if (value !== undefined && aggregate !== undefined) return [reference(value), reference(aggregate)]
    const measure = measures[at]
    return [othersValue(level, columns[2 * at], context), measure === undefined ? undefined : reference(measure)]
  })
  return { relation: above === undefined ? some : joinOn('inner', some, groups, above, span), sources }
}

/** The value that stands for the others of a level. */
function othersValue(level: BoundNode, column: ColumnDef | undefined, context: OperatorContext): Scalar | undefined {
  const clause = level.nodes['WithOthersClause']
  if (clause === undefined) return undefined
  const value = constantScalar(child(clause, 'Expression'), context)
  if (value.type !== column?.type) throw unsupported('top-nested with others of another type', clause.span)
  return value
}

function joinOn(
  join: Join['join'],
  left: Relation,
  leftKeys: readonly ColumnDef[],
  right: Levels,
  span: TextSpan,
): Relation {
  const keys = leftKeys.map((key, index): Join['keys'][number] => ({
    left: reference(key),
    right: reference(right.keys[index] ?? key),
  }))
  return { kind: 'join', join, left, right: right.relation, keys, span }
}

function lowerLevel(
  clause: BoundNode,
  path: readonly BoundNode[],
  shared: SharedFlow,
  before: Levels | undefined,
  context: OperatorContext,
): Levels {
  const { span } = clause
  const flow = readShared(shared, context.lowering, span)
  const keys = path.map((level) => keyOf(level, flow, context))
  const by = child(clause, 'ByExpression')
  const best = measureOf(clause, flow, context)
  const grouped: Relation = { kind: 'aggregate', input: flow.relation, keys, measures: [best], span }
  const joined = before === undefined ? grouped : joinOn('inner', grouped, keys, before, span)
  const order: SortKey = { value: reference(best), descending: isDescending(by), nullsFirst: !isDescending(by) }
  const own = keys.at(-1)
  if (own === undefined) throw unsupported('top-nested of nothing', span)
  const limit = clause.nodes['Expression']
  const count = limit === undefined ? undefined : constantCount(limit, context)
  const relation =
    count === undefined ? joined : firstOfEach(keys.slice(0, -1), joined, { order, count, span }, context)
  return { relation, keys, columns: [...(before?.columns ?? []), own, best] }
}

interface First {
  readonly order: SortKey
  readonly count: bigint
  readonly span: TextSpan
}

/** Of all rows a limit: where none are partitioned DuckDB 1.5.5 makes a row of nulls of no row for `row_number() over (…) <= 1`. */
function firstOfEach(
  outer: readonly ColumnDef[],
  input: Relation,
  { order, count, span }: First,
  context: OperatorContext,
): Relation {
  if (outer.length === 0) return { kind: 'limit', input, keys: [order], count, span }
  const args = outer.map((key) => reference(key))
  const place: Computed = {
    ...context.lowering.column('$place', 'long'),
    value: { kind: 'window', name: 'place within', type: 'long', args, order: [order], span },
  }
  const placed: Relation = { kind: 'extend', input, columns: [place], span }
  const condition = callScalar('<=', 'bool', [reference(place), literal('long', count, span)], span)
  return { kind: 'filter', input: placed, condition, span }
}

function measureOf(clause: BoundNode, flow: Flow, context: OperatorContext): Computed {
  const by = child(clause, 'ByExpression')
  const measures = lowerMeasure(unordered(by), flow, [], rowContext(flow, context, true))
  const [measure] = measures
  if (measure === undefined || measures.length > 1) throw unsupported('several aggregates of one level', by.span)
  return { ...context.lowering.column(measure.name, measure.value.type), value: measure.value }
}

function keyOf(level: BoundNode, flow: Flow, context: OperatorContext): Computed {
  const of = child(level, 'OfExpression')
  const named = lowerNamed(of, rowContext(flow, context))
  const [key] = named
  if (key === undefined || named.length > 1) throw unsupported('several values of one level', of.span)
  // The page has no word on the names of such a level.
  if (key.name === '') throw unsupported('a level of top-nested without a name', of.span, 'name it: top-nested 3 of x = …') // prettier-ignore
  refuseDynamicKey(key.value, 'top-nested', of)
  return { ...context.lowering.column(key.name, key.value.type), value: key.value }
}

const unordered = (by: BoundNode): BoundNode => (by.kind === 'OrderedExpression' ? child(by, 'Expression') : by)

function isDescending(by: BoundNode): boolean {
  return by.kind !== 'OrderedExpression' || by.nodes['Ordering']?.tokens['AscOrDescKeyword'] !== 'asc'
}
