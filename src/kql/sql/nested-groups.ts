import { inputsOf, type Relation } from '../ir/relation.ts'

/**
 * DuckDB (1.5.5, optimizer `filter_pushdown`) takes twice as long for each grouping below another: 3 ms for ten, 2 s for twenty, and for
 * fifty it never ends, whatever the limits of the query. A materialized table ends its way down.
 */
const MOST_NESTED_GROUPS = 8

/** Whether the rows that are grouped should be materialized first. */
export function groupsDeepRows(input: Relation): boolean {
  const depth = depthOf(input)
  return depth > 0 && depth % MOST_NESTED_GROUPS === 0
}

const depths = new WeakMap<Relation, number>()

/** How many groupings stand in each other. */
function depthOf(relation: Relation): number {
  const known = depths.get(relation)
  if (known !== undefined) return known
  const own = relation.kind === 'aggregate' || relation.kind === 'unique' ? 1 : 0
  const inputs = relation.kind === 'reference' ? [relation.shared.relation] : inputsOf(relation)
  const depth = own + Math.max(0, ...inputs.map(depthOf))
  depths.set(relation, depth)
  return depth
}
