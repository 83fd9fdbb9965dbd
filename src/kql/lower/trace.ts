import type { BoundNode, TextSpan } from '../bind/bound.ts'

/** One operator of the main pipeline: `node` is the pipeline up to and including it. */
export interface TracePoint {
  readonly operator: string
  readonly position: TextSpan
  readonly node: BoundNode
}

/**
 * The source, then every operator after it, in order. Where the source is a name that `letExpression` knows, the points
 * of what it names come instead: rules like to end in `let found = …; found | extend …`, and rows get lost before.
 */
export function tracePoints(
  expression: BoundNode,
  letExpression: (name: BoundNode) => BoundNode | undefined,
): TracePoint[] {
  const points: TracePoint[] = []
  let node: BoundNode | undefined = expression
  while (node?.kind === 'PipeExpression') {
    const operator = node.nodes['Operator'] ?? node
    if (isTable(node)) points.unshift({ operator: operator.text, position: operator.span, node })
    node = node.nodes['Expression']
  }
  const named = node?.kind === 'NameReference' ? letExpression(node) : undefined
  if (named !== undefined) return [...tracePoints(named, letExpression), ...points]
  if (node !== undefined && isTable(node)) points.unshift({ operator: node.text, position: node.span, node })
  return points
}

/** A graph has no rows to show: `make-graph` and what names one are no points. */
const isTable = ({ type }: BoundNode): boolean => type?.kind !== 'graph'
