import type { TextSpan } from '../../bind/bound.ts'
import type { ColumnDef, Relation } from '../../ir/relation.ts'
import { reference } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import { readEdges, type Graph } from './graph.ts'
import type { PatternEdge } from './pattern.ts'

/** The edges as steps from one node to another; an edge that may be walked either way is two steps of one number. */
export interface Steps {
  readonly relation: Relation
  readonly edge: ColumnDef
  readonly from: ColumnDef
  readonly to: ColumnDef
  readonly properties: readonly ColumnDef[]
}

export function readSteps(
  graph: Graph,
  direction: PatternEdge['direction'],
  lowering: Lowering,
  span: TextSpan,
): Steps {
  const { source, target, ...edges } = readEdges(graph, lowering, span)
  if (direction === 'forward') return { ...edges, from: source, to: target }
  if (direction === 'backward') return { ...edges, from: target, to: source }
  const copy = (column: ColumnDef): ColumnDef => lowering.column(column.name, column.type)
  const [edge, from, to, properties] = [copy(edges.edge), copy(source), copy(target), edges.properties.map(copy)]
  const backward = readEdges(graph, lowering, span)
  const input = (relation: Relation, columns: readonly ColumnDef[]) => ({
    relation,
    sources: columns.map((column) => reference(column)),
  })
  const relation: Relation = {
    kind: 'union',
    columns: [edge, from, to, ...properties],
    inputs: [
      input(edges.relation, [edges.edge, source, target, ...edges.properties]),
      input(backward.relation, [backward.edge, backward.target, backward.source, ...backward.properties]),
    ],
    span,
  }
  return { relation, edge, from, to, properties }
}
