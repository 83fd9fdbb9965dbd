import type { Computed } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'

/** Nodes of an expression. What reads a column twice doubles it, and twenty such columns may stand on each other. */
const MOST_NODES = 1000

/**
 * An expression by what the columns that are computed here are computed from: `a` over `extend a = b + 1` is `b + 1`.
 * Undefined where that is too long.
 */
export function inTermsOf(scalar: Scalar, columns: readonly Computed[]): Scalar | undefined {
  const values = new Map<ColumnId, Scalar>(columns.map(({ id, value }) => [id, value]))
  const rewriter = new Rewriter({
    scalar: (node) => (node.kind === 'column' ? (values.get(node.id) ?? node) : node),
  })
  const replaced = rewriter.scalar(scalar)
  return nodesIn(replaced, MOST_NODES) > MOST_NODES ? undefined : replaced
}

/** Counts no further than `most`. */
function nodesIn(scalar: Scalar, most: number): number {
  if (scalar.kind !== 'call') return 1
  let count = 1
  for (const argument of scalar.args) {
    if (count > most) break
    count += nodesIn(argument, most - count)
  }
  return count
}
