import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Join, Relation } from '../../ir/relation.ts'
import type { SortKey } from '../../ir/scalar.ts'
import { callScalar, literal, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  constantCount,
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
    let levels: Levels | undefined
    clauses.forEach((clause, index) => {
      levels = lowerLevel(clause, clauses.slice(0, index + 1), shared, levels, context)
    })
    if (levels === undefined) throw unsupported('top-nested without levels', node.span)
    const columns = levels.columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }))
    return { columns, order: [], relation: levels.relation }
  },
}

function lowerLevel(
  clause: BoundNode,
  path: readonly BoundNode[],
  shared: SharedFlow,
  before: Levels | undefined,
  context: OperatorContext,
): Levels {
  if (clause.nodes['WithOthersClause'] !== undefined) throw unsupported('top-nested with others', clause.span)
  const { span } = clause
  const flow = readShared(shared, context.lowering, span)
  const keys = path.map((level) => keyOf(level, flow, context))
  const by = child(clause, 'ByExpression')
  const measures = lowerMeasure(unordered(by), flow, [], rowContext(flow, context, true))
  const [measure] = measures
  if (measure === undefined || measures.length > 1) throw unsupported('several aggregates of one level', by.span)
  const best: Computed = { ...context.lowering.column(measure.name, measure.value.type), value: measure.value }
  const grouped: Relation = { kind: 'aggregate', input: flow.relation, keys, measures: [best], span }
  const joined = before === undefined ? grouped : joinLevels(grouped, keys, before, clause)
  const order: SortKey = { value: reference(best), descending: isDescending(by), nullsFirst: !isDescending(by) }
  const within = keys.slice(0, -1).map((key) => reference(key))
  const place: Computed = {
    ...context.lowering.column('$place', 'long'),
    value: { kind: 'window', name: 'place within', type: 'long', args: within, order: [order], span },
  }
  const placed: Relation = { kind: 'extend', input: joined, columns: [place], span }
  const limit = clause.nodes['Expression']
  const own = keys.at(-1)
  if (own === undefined) throw unsupported('top-nested of nothing', span)
  const relation: Relation = limit === undefined ? joined : {
    kind: 'filter',
    input: placed,
    condition: callScalar('<=', 'bool', [reference(place), literal('long', constantCount(limit, context), span)], span),
    span,
  } // prettier-ignore
  return { relation, keys, columns: [...(before?.columns ?? []), own, best] }
}

function keyOf(level: BoundNode, flow: Flow, context: OperatorContext): Computed {
  const of = child(level, 'OfExpression')
  const named = lowerNamed(of, rowContext(flow, context))
  const [key] = named
  if (key === undefined || named.length > 1) throw unsupported('several values of one level', of.span)
  return { ...context.lowering.column(key.name, key.value.type), value: key.value }
}

/** The groups whose outer values the levels before have left. */
function joinLevels(grouped: Relation, keys: readonly ColumnDef[], before: Levels, { span }: BoundNode): Relation {
  const pairs = before.keys.map((left, index): Join['keys'][number] => {
    const right = keys[index] ?? left
    return { left: reference(left), right: reference(right) }
  })
  return { kind: 'join', join: 'inner', left: before.relation, right: grouped, keys: pairs, span }
}

const unordered = (by: BoundNode): BoundNode => (by.kind === 'OrderedExpression' ? child(by, 'Expression') : by)

function isDescending(by: BoundNode): boolean {
  return by.kind !== 'OrderedExpression' || by.nodes['Ordering']?.tokens['AscOrDescKeyword'] !== 'asc'
}
