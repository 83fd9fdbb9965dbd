import { child, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Relation, Walk } from '../../ir/relation.ts'
import type { SortKey } from '../../ir/scalar.ts'
import { callScalar, literal, reference } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import { parametersOf, refuseParameters } from '../operator.ts'
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'
import { Assembly } from './assembly.ts'
import { namesIn } from './conditions.ts'
import { ElementReader } from './elements.ts'
import type { GraphReader } from './index.ts'
import { projected, readExpressions } from './match.ts'
import { readPattern, type Pattern, type PatternEdge } from './pattern.ts'
import type { WalkColumns } from './walks.ts'

/**
 * Of the paths between two nodes that fulfil the condition the shortest; no path has a node twice, its first included.
 * https://learn.microsoft.com/kusto/query/graph-shortest-paths-operator
 */
export const graphShortestPaths: GraphReader = {
  kind: 'GraphShortestPathsOperator',
  lower: (node, graph, context) => {
    refuseParameters(node, ['output'])
    const output = parametersOf(node).get('output')?.text ?? 'any'
    if (output !== 'any' && output !== 'all') throw unsupported(`graph-shortest-paths output=${output}`, node.span)
    const pattern = readPattern(node, context)
    const edge = onlyEdge(pattern, node)
    const { conditions, values } = readExpressions(node, context)
    const elements = new ElementReader(pattern, context.lowering)
    for (const each of conditions) {
      refuseComparison(each, elements.names)
      elements.condition(each)
    }
    for (const each of values) elements.value(each.expression)
    const isByLevel = edge.range?.fewest === 1n && conditions.every((each) => isOfEachStep(each, edge, elements.names))
    const options = { cycles: 'none', shortest: isByLevel ? output : undefined } as const
    const assembly = new Assembly(graph, pattern, options, elements.wanted, context, node)
    const scope = { columns: [], records: assembly.records, values: elements.wanted.values, order: [] }
    const inner: ScalarContext = { ...context, scope }
    for (const each of conditions) assembly.require(lowerScalar(each, inner), namesIn(each, elements.names))
    const paths = assembly.relation()
    const [walk] = assembly.walks
    if (walk === undefined) throw unsupported('graph-shortest-paths without a path', node.span)
    return projected(node, values, isByLevel ? paths : shortestOf(paths, walk, output, context.lowering), inner)
  },
}

/** The page asks for an edge of variable length; what the paths between several would be it does not say. */
function onlyEdge({ nodes, edges, sequences }: Pattern, node: BoundNode): PatternEdge {
  if (sequences > 1) throw invalid('graph-shortest-paths takes one sequence', node.span)
  const [edge, other] = edges
  if (edge?.range === undefined || other !== undefined) {
    throw unsupported('graph-shortest-paths over other patterns than two nodes and an edge of variable length', node.span) // prettier-ignore
  }
  if (edge.left === edge.right || nodes.some((key) => key.startsWith('('))) {
    throw unsupported('graph-shortest-paths between nodes without names of their own', node.span)
  }
  return edge
}

/** The service compares elements with constants only; `and`, `or` and `not` may join what is asked of different ones. */
function refuseComparison(node: BoundNode, names: ReadonlySet<string>): void {
  const isNot = node.kind === 'FunctionCallExpression' && nameOf(child(node, 'Name')) === 'not'
  const isJoint = ['AndExpression', 'OrExpression', 'ParenthesizedExpression'].includes(node.kind) || isNot
  if (isJoint) {
    const operands = isNot ? (child(node, 'ArgumentList').lists['Expressions'] ?? []) : Object.values(node.nodes)
    for (const operand of operands) refuseComparison(operand, names)
  } else if (namesIn(node, names).size > 1) {
    throw invalid('graph-shortest-paths compares no two elements of its pattern', node.span)
  }
}

/** Whether a path fulfils it if its parts do: it asks of the ends alone, or the same of all its edges or inner nodes. */
function isOfEachStep(node: BoundNode, { name }: PatternEdge, names: ReadonlySet<string>): boolean {
  if (name === undefined || !namesIn(node, names).has(name)) return true
  return node.kind === 'FunctionCallExpression' && nameOf(child(node, 'Name')) === 'all'
}

/** Where the condition asks of whole paths, all of them must be there before the shortest are known. */
function shortestOf(
  input: Relation,
  { left, right, length, visited }: WalkColumns,
  output: NonNullable<Walk['shortest']>,
  lowering: Lowering,
): Relation {
  const { span } = input
  const key = (column: typeof length): SortKey => ({ value: reference(column), descending: false, nullsFirst: true })
  const order = output === 'all' ? [key(length)] : [key(length), key(visited)]
  const name = output === 'all' ? 'rank within' : 'place within'
  const args = [reference(left), reference(right)]
  const place: Computed = {
    ...lowering.column('$place', 'long'),
    value: { kind: 'window', name, type: 'long', args, order, span },
  }
  const condition = callScalar('==', 'bool', [reference(place), literal('long', 1n)], span)
  return { kind: 'filter', input: { kind: 'extend', input, columns: [place], span }, condition, span }
}
