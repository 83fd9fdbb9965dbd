import type { TextSpan } from '../../bind/bound.ts'
import { internal } from '../../errors.ts'
import type { ColumnDef, Relation } from '../../ir/relation.ts'
import type { SharedFlow } from '../environment.ts'
import type { Lowering } from '../lowering.ts'
import { readShared } from '../shared.ts'

/**
 * A graph is a pair of relations, each computed once: row numbers tell nodes and edges apart, and must be the same for
 * each reading. Nodes have a row for each id, edges one for each row of their table.
 */
export interface Graph {
  /** Columns: those of Nodes in its order. */
  readonly nodes: SharedFlow
  /** Columns: those of Edges in its order. */
  readonly edges: SharedFlow
}

/** One reading of the nodes. */
export interface Nodes {
  readonly relation: Relation
  /** The node's number. */
  readonly node: ColumnDef
  readonly id: ColumnDef
  readonly properties: readonly ColumnDef[]
}

/** One reading of the edges. */
export interface Edges {
  readonly relation: Relation
  /** The edge's number. */
  readonly edge: ColumnDef
  /** Numbers of the nodes at its ends. */
  readonly source: ColumnDef
  readonly target: ColumnDef
  readonly sourceId: ColumnDef
  readonly targetId: ColumnDef
  readonly properties: readonly ColumnDef[]
}

export function readNodes({ nodes }: Graph, lowering: Lowering, span: TextSpan): Nodes {
  const { relation, columns } = readShared(nodes, lowering, span)
  const [node, id, ...properties] = columns
  if (node === undefined || id === undefined) throw internal('graph', 'nodes without a number')
  return { relation, node, id, properties }
}

export function readEdges({ edges }: Graph, lowering: Lowering, span: TextSpan): Edges {
  const { relation, columns } = readShared(edges, lowering, span)
  const [edge, source, target, sourceId, targetId, ...properties] = columns
  if (edge === undefined || source === undefined || target === undefined) throw internal('graph', 'edges without ends')
  if (sourceId === undefined || targetId === undefined) throw internal('graph', 'edges without ids')
  return { relation, edge, source, target, sourceId, targetId, properties }
}
