import type { BoundNode, TextSpan } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { columnsOf, type ColumnDef, type Computed, type Relation, type Walk } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, reference } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import type { OperatorContext } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import type { Cycles } from './assembly.ts'
import { withDegrees } from './degrees.ts'
import { ownValues, type Measure } from './elements.ts'
import { readNodes, type Graph, type Nodes } from './graph.ts'
import type { PatternEdge } from './pattern.ts'
import { readSteps, type Steps } from './steps.ts'

/** An edge of variable length in the relation of a pattern. */
export interface WalkColumns {
  readonly edge: PatternEdge
  readonly left: ColumnDef
  readonly right: ColumnDef
  /** See Walk. */
  readonly visited: ColumnDef
  readonly length: ColumnDef
}

export interface WalkRequest {
  readonly edge: PatternEdge
  readonly graph: Graph
  /** Numbers of the nodes at its ends; one of them at least is known. */
  readonly left: ColumnDef | undefined
  readonly right: ColumnDef | undefined
  readonly cycles: Cycles
  /** Only the shortest walks, found level by level. */
  readonly shortest: Walk['shortest']
  readonly measures: readonly Measure[]
  readonly context: OperatorContext
}

const FLIPPED = { forward: 'backward', backward: 'forward', either: 'either' } as const

/** Walks begin at the nodes that the matches so far have come to, not at all there are. */
export function joinWalk(matches: Relation, request: WalkRequest): WalkColumns & { readonly relation: Relation } {
  const { edge, graph, left, right, context } = request
  const { lowering } = context
  const begin = left ?? right
  if (begin === undefined) throw unsupported('a graph pattern that begins with an edge', edge.span)
  const isReversed = left === undefined
  const { main, starts, start } = startsOf(matches, begin, lowering, edge.span)
  const direction = isReversed ? FLIPPED[edge.direction] : edge.direction
  const steps = walkedSteps(readSteps(graph, direction, lowering, edge.span), request)
  const nodes = readNodes(graph, lowering, edge.span)
  const measured = measure(request, steps, nodes)
  const walk: Walk = {
    kind: 'walk',
    starts,
    start,
    steps: measured.steps,
    step: { edge: steps.edge, from: steps.from, to: steps.to },
    between: measured.between === undefined ? undefined : { relation: measured.between, node: nodes.node },
    ...bounds(request),
    measures: measured.measures,
    isReversed,
    first: lowering.column('$first', 'long'),
    last: lowering.column('$last', 'long'),
    length: lowering.column('$length', 'long'),
    visited: lowering.column('$visited', 'dynamic'),
    span: edge.span,
  }
  const keys = [
    { left: reference(begin), right: reference(walk.first) },
    ...(left === undefined || right === undefined ? [] : [{ left: reference(right), right: reference(walk.last) }]),
  ]
  const relation: Relation = { kind: 'join', join: 'inner', left: main, right: walk, keys, span: edge.span }
  const ends = isReversed ? { left: walk.last, right: walk.first } : { left: walk.first, right: walk.last }
  return { relation, edge, ...ends, visited: walk.visited, length: walk.length }
}

function bounds({ edge, cycles, shortest }: WalkRequest): Pick<Walk, 'fewest' | 'most' | 'unique' | 'shortest'> {
  const { fewest, most } = edge.range ?? { fewest: 1n, most: 1n }
  if (cycles === 'none' && fewest === 0n) throw unsupported('no node twice, and an edge of no step', edge.span)
  if (shortest !== undefined) return { fewest, most, unique: shortest === 'all' ? 'edges' : 'nothing', shortest }
  return { fewest, most, unique: cycles === 'all' ? 'nothing' : cycles === 'none' ? 'nodes' : 'edges', shortest }
}

/** The matches, computed once, under the ids that they have, and the different nodes of one of their columns. */
function startsOf(matches: Relation, begin: ColumnDef, lowering: Lowering, span: TextSpan) {
  const columns = columnsOf(matches)
  const shared = {
    name: `matches#${lowering.column('matches', 'long').id}`,
    relation: matches,
    columns,
    isMaterialized: true,
  }
  const main: Relation = { kind: 'reference', shared, columns: columns.map((each) => ({ ...each, source: each.id })), span } // prettier-ignore
  const again = lowering.column(begin.name, begin.type)
  const start = lowering.column('$start', begin.type)
  const starts: Relation = {
    kind: 'aggregate',
    input: { kind: 'reference', shared, columns: [{ ...again, source: begin.id }], span },
    keys: [{ ...start, value: reference(again) }],
    measures: [],
    span,
  }
  return { main, starts, start }
}

/** Whether the service walks an edge from a node to itself twice, once each way, nothing says. */
function walkedSteps(steps: Steps, { edge: { direction, span }, cycles }: WalkRequest): Steps {
  if (direction !== 'either' || cycles === 'none') return steps
  const isLoop = callScalar('==', 'bool', [reference(steps.from), reference(steps.to)], span)
  const reason = literal('string', 'an undirected edge of variable length in a graph that has edges from a node to itself') // prettier-ignore
  const condition = callScalar('refuse when', 'bool', [isLoop, literal('bool', true), reason], span)
  return { ...steps, relation: { kind: 'filter', input: steps.relation, condition, span } }
}

interface Measured {
  readonly steps: Relation
  readonly between: Relation | undefined
  readonly measures: Walk['measures']
}

function measure({ measures, graph, context, edge }: WalkRequest, steps: Steps, nodes: Nodes): Measured {
  let relation = steps.relation
  let between = nodes
  const made = measures.map((each): Walk['measures'][number] => {
    const own = each.expression === undefined ? undefined : ownValues(each.expression, each, context.lowering)
    const properties = each.of === 'edges' ? steps.properties : nodes.properties
    const value = elementValue(each, properties, own?.values, context, edge.span)
    const column: Computed = { ...context.lowering.column('$value', value.type), value }
    if (each.of === 'edges') relation = { kind: 'extend', input: relation, columns: [column], span: edge.span }
    else {
      between = withDegrees(between, own?.degrees ?? {}, graph, context.lowering, edge.span)
      between = { ...between, relation: { kind: 'extend', input: between.relation, columns: [column], span: edge.span } } // prettier-ignore
    }
    return { kind: each.kind, of: each.of, value: column, column: each.column, isRequired: each.isRequired }
  })
  return { steps: relation, between: between === nodes ? undefined : between.relation, measures: made }
}

/** A condition that is null fails, for `all` as for `any`. */
function elementValue(
  { expression, property, kind }: Measure,
  properties: readonly ColumnDef[],
  values: ReadonlyMap<BoundNode, Scalar> | undefined,
  context: OperatorContext,
  span: TextSpan,
): Scalar {
  if (expression !== undefined) {
    const scope = { columns: properties, order: [], hidesVariables: true, ...(values === undefined ? {} : { values }) }
    const value = lowerScalar(expression, { ...context, scope })
    return kind === 'list' ? value : callScalar('coalesce', 'bool', [value, literal('bool', false)], span)
  }
  if (property !== undefined) {
    const column = findColumn(properties, property)
    if (column === undefined) throw unsupported(`the property "${property}" of an edge`, span)
    return reference(column, span)
  }
  const members = properties.flatMap((each) => [literal('string', each.name), reference(each)])
  const bag = callScalar('bag_pack', 'dynamic', members, span)
  return callScalar('bag without empty', 'dynamic', [bag], span)
}
