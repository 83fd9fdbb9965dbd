import type { BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, reference, type Flow } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import { parametersOf, refuseParameters } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { shareFlow } from '../shared.ts'
import { readEdges, readNodes, type Graph } from './graph.ts'
import type { GraphChange } from './index.ts'

/**
 * Each node gets the number of its component; which number is open in the service, here they follow the nodes.
 * https://learn.microsoft.com/kusto/query/graph-mark-components-operator
 */
export const graphMarkComponents: GraphChange = {
  kind: 'GraphMarkComponentsOperator',
  lower: (node, graph, { lowering }) => {
    refuseParameters(node, ['kind', 'with_component_id'])
    const parameters = parametersOf(node)
    const kind = parameters.get('kind')?.text ?? 'weak'
    if (kind !== 'weak' && kind !== 'strong') throw unsupported(`graph-mark-components kind=${kind}`, node.span)
    const given = parameters.get('with_component_id')
    const name = given === undefined ? 'ComponentId' : nameOf(given)
    const nodes = readNodes(graph, lowering, node.span)
    if (findColumn(nodes.properties, name) !== undefined) {
      throw unsupported(`graph-mark-components over nodes that have a property "${name}"`, node.span)
    }
    const { span } = node
    const components = componentRows(graph, kind === 'strong', lowering, node)
    const relation: Relation = {
      kind: 'join',
      join: 'inner',
      left: nodes.relation,
      right: components.relation,
      keys: [{ left: reference(nodes.node), right: components.node }],
      span,
    }
    const kept = [nodes.node, nodes.id, ...nodes.properties]
    const columns: Computed[] = [
      ...kept.map((column) => ({ ...lowering.column(column.name, column.type), value: reference(column) })),
      { ...lowering.column(name, 'long'), value: components.component },
    ]
    const flow: Flow = { relation: { kind: 'project', input: relation, columns, span }, columns, order: [] }
    return { ...graph, nodes: shareFlow(flow, lowering, true, 'marked nodes') }
  },
}

/** A row for each node: its number, and that of its component. */
function componentRows(graph: Graph, isStrong: boolean, lowering: Lowering, { span }: BoundNode) {
  const edges = readEdges(graph, lowering, span)
  const all = lowering.column('$components', 'dynamic')
  const args = [reference(edges.source), reference(edges.target), nodeCount(graph, lowering, span), literal('bool', isStrong)] // prettier-ignore
  const [element, position] = [lowering.column('$component', 'dynamic'), lowering.column('$node', 'long')]
  const relation: Relation = {
    kind: 'expand',
    input: {
      kind: 'aggregate',
      input: edges.relation,
      keys: [],
      measures: [{ ...all, value: { kind: 'aggregate', name: 'graph components', type: 'dynamic', args, order: [], span } }], // prettier-ignore
      span,
    },
    items: [{ value: reference(all), column: element, asPairs: false }],
    position,
    indexColumn: undefined,
    keepEmpty: false,
    limit: undefined,
    span,
  }
  const component = callScalar('tolong', 'long', [reference(element)], span)
  return { relation, node: reference(position), component }
}

function nodeCount(graph: Graph, lowering: Lowering, span: BoundNode['span']): Scalar {
  const column = lowering.column('$count', 'long')
  const relation: Relation = {
    kind: 'aggregate',
    input: readNodes(graph, lowering, span).relation,
    keys: [],
    measures: [{ ...column, value: { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span } }],
    span,
  }
  return { kind: 'subquery', type: 'long', relation, column: column.id, span }
}
