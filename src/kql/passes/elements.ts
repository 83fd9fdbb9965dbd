import type { Expand, Relation } from '../ir/relation.ts'

/** The elements that the pipeline of an mv-apply begins with, and beside them columns of the row that they are of. */
export function elementsOf(body: Relation): Expand | undefined {
  for (let relation = body; 'input' in relation; relation = relation.input) {
    if (relation.kind !== 'expand') continue
    const below = relation.input.kind === 'extend' ? relation.input.input : relation.input
    if (below.kind === 'values' && below.columns.length === 0) return relation
  }
  return undefined
}

/** Puts `by` in the place of `end`, or of what the chain of inputs ends with. */
export function replaceEnd(relation: Relation, end: Relation | undefined, by: Relation): Relation {
  if (relation === end || !('input' in relation)) return by
  return { ...relation, input: replaceEnd(relation.input, end, by) }
}
