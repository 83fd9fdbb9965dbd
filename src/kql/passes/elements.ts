import type { Expand, Relation } from '../ir/relation.ts'

/** The elements that the pipeline of an mv-apply begins with, and beside them columns of the row that they are of. */
export function elementsOf(body: Relation): Expand | undefined {
  for (let relation: Relation | undefined = body; relation !== undefined; relation = before(relation)) {
    if (relation.kind !== 'expand') continue
    const below = relation.input.kind === 'extend' ? relation.input.input : relation.input
    if (below.kind === 'values' && below.columns.length === 0) return relation
  }
  return undefined
}

/** Puts `by` in the place of `end`, or of what the pipeline begins with. */
export function replaceEnd(relation: Relation, end: Relation | undefined, by: Relation): Relation {
  if (relation === end) return by
  if (relation.kind === 'join') return { ...relation, left: replaceEnd(relation.left, end, by) }
  return 'input' in relation ? { ...relation, input: replaceEnd(relation.input, end, by) } : by
}

/** What an operator of a pipeline goes over. */
function before(relation: Relation): Relation | undefined {
  if (relation.kind === 'join') return relation.left
  return 'input' in relation ? relation.input : undefined
}
