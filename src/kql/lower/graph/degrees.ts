import type { TextSpan } from '../../bind/bound.ts'
import type { ColumnDef, Relation } from '../../ir/relation.ts'
import { callScalar, literal, reference } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import { readEdges, type Graph, type Nodes } from './graph.ts'

/** Columns for the number of edges that end at a node, and that begin there. */
export interface Degrees {
  readonly in?: ColumnDef
  readonly out?: ColumnDef
}

/** The nodes with their degrees: each edge counts, one from a node to itself both ways. */
export function withDegrees(nodes: Nodes, degrees: Degrees, graph: Graph, lowering: Lowering, span: TextSpan): Nodes {
  let { relation } = nodes
  for (const side of ['in', 'out'] as const) {
    const column = degrees[side]
    if (column !== undefined) relation = counted({ ...nodes, relation }, side, column, graph, lowering, span)
  }
  return { ...nodes, relation }
}

function counted(
  nodes: Nodes,
  side: keyof Degrees,
  column: ColumnDef,
  graph: Graph,
  lowering: Lowering,
  span: TextSpan,
): Relation {
  const edges = readEdges(graph, lowering, span)
  const end = side === 'in' ? edges.target : edges.source
  const key = lowering.column('$node', 'long')
  const count = lowering.column('$count', 'long')
  const counts: Relation = {
    kind: 'aggregate',
    input: edges.relation,
    keys: [{ ...key, value: reference(end) }],
    measures: [{ ...count, value: { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span } }],
    span,
  }
  const joined: Relation = {
    kind: 'join',
    join: 'left',
    left: nodes.relation,
    right: counts,
    keys: [{ left: reference(nodes.node), right: reference(key) }],
    span,
  }
  const value = callScalar('coalesce', 'long', [reference(count), literal('long', 0n)], span)
  return { kind: 'extend', input: joined, columns: [{ ...column, value }], span }
}
