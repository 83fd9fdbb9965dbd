import type { BoundNode } from '../bind/bound.ts'

/** One operator of the main pipeline: `node` is the pipeline up to and including it. */
export interface TracePoint {
  readonly operator: string
  readonly node: BoundNode
}

/** The source, then every operator after it, in order. */
export function tracePoints(expression: BoundNode): TracePoint[] {
  const points: TracePoint[] = []
  let node: BoundNode | undefined = expression
  while (node?.kind === 'PipeExpression') {
    points.unshift({ operator: node.nodes['Operator']?.text ?? '', node })
    node = node.nodes['Expression']
  }
  if (node !== undefined) points.unshift({ operator: node.text, node })
  return points
}
