import type { QueryPlan, Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'

/**
 * Puts a shared relation that is read only once back where it is read, so that DuckDB can push filters and projections
 * through it; `let` names then cost nothing.
 *
 * `reference T` (the only one) → `project (columns of T under the reference's ids) (T's relation)`
 */
export function inlineSingleUse(plan: QueryPlan): QueryPlan {
  const uses = countUses(plan.relation)
  const rewriter = new Rewriter({
    relation: (relation) => {
      // Names, not objects: the rewriter rebuilds shared relations, their names stay unique.
      if (relation.kind !== 'reference' || uses.get(relation.shared.name) !== 1) return relation
      return inlined(relation)
    },
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function inlined(reference: Extract<Relation, { kind: 'reference' }>): Relation {
  return {
    kind: 'project',
    input: reference.shared.relation,
    span: reference.span,
    columns: reference.columns.map(({ id, name, type, source }) => ({
      id,
      name,
      type,
      value: { kind: 'column', id: source, name, type, span: reference.span },
    })),
  }
}

/** How many references each shared relation has in the whole plan; one inside a shared relation counts once. */
export function countUses(relation: Relation): Map<string, number> {
  const uses = new Map<string, number>()
  const counter = new Rewriter({
    relation: (node) => {
      if (node.kind === 'reference') {
        uses.set(node.shared.name, (uses.get(node.shared.name) ?? 0) + 1)
      }
      return node
    },
  })
  counter.relation(relation)
  return uses
}
