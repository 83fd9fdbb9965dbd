import { unsupported } from '../errors.ts'
import type { QueryPlan, Relation } from '../ir/relation.ts'
import { namesOuterRow, Rewriter, someRelation, someScalar } from '../ir/rewrite.ts'
import { isSession } from './divide-sessions.ts'

/**
 * Puts a shared relation that is read only once back where it is read, so that DuckDB can push filters and projections
 * through it; `let` names then cost nothing.
 *
 * `reference T` (the only one) → `project (columns of T under the reference's ids) (T's relation)`
 *
 * What names the row of an `apply` around it is put back at every reading: a named query of SQL cannot see that row. What
 * holds a `fold`, sessions or a `walk` stays outside of an `apply`, for its recursion cannot run for each row.
 */
export function inlineSingleUse(plan: QueryPlan): QueryPlan {
  const uses = countUses(plan.relation)
  const isAnyReadAgain = [...uses.values()].some((count) => count > 1)
  const hasApply = isAnyReadAgain && someRelation(plan.relation, ({ kind }) => kind === 'apply')
  const folded = uses.size > 0 ? foldedInApply(plan.relation) : new Set<string>()
  const rewriter = new Rewriter({
    relation: (relation) => {
      // Names, not objects: the rewriter rebuilds shared relations, their names stay unique.
      if (relation.kind !== 'reference') return relation
      if (folded.has(relation.shared.name)) return relation
      if (uses.get(relation.shared.name) === 1) return inlined(relation)
      if (!hasApply || !namesOuterRow(relation.shared.relation)) return relation
      if (relation.shared.isMaterialized) throw unsupported('materialized rows inside of a subquery', relation.span)
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

/** Names of what an `apply` reads for each row and holds a `fold`, sessions or a `walk` that does not depend on the row. */
function foldedInApply(relation: Relation): ReadonlySet<string> {
  const found = new Set<string>()
  someRelation(relation, (node) => {
    if (node.kind !== 'apply') return false
    return someRelation(node.body, (inner) => {
      if (inner.kind !== 'reference' || !standsOutside(inner.shared.relation)) return false
      if (!namesOuterRow(inner.shared.relation)) found.add(inner.shared.name)
      return false
    })
  })
  return found
}

/** Its SQL has a common table of its own, which is outside of the query. */
const standsOutside = (relation: Relation): boolean =>
  someRelation(relation, ({ kind }) => kind === 'fold' || kind === 'walk') || someScalar(relation, isSession)
