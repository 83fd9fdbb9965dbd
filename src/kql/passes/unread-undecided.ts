import type { Computed, QueryPlan } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import { UNDECIDED_TYPE, type ColumnId } from '../ir/scalar.ts'
import { usedColumns } from './prune-columns.ts'

/**
 * Takes the refusal out of columns of no known type that nothing reads. Elsewhere DuckDB does not compute what nothing reads,
 * but of a relation that is materialized for several readers it computes all.
 */
export function forgetUnread(plan: QueryPlan): QueryPlan {
  // A column that only hands on is read no more once nothing reads what it hands on to.
  for (let current = plan; ;) {
    const forgotten = forgetOnce(current)
    if (forgotten === undefined) return current
    current = forgotten
  }
}

/** Undefined where there is nothing to forget. */
function forgetOnce(plan: QueryPlan): QueryPlan | undefined {
  const used = usedColumns(plan, new Set())
  const undecided = new Set<ColumnId>()
  let isChanged = false
  const forget = (column: Computed): Computed => {
    const { id, value } = column
    const isMeant = value.kind === 'column' ? undecided.has(value.id) : value.kind === 'call' && value.name === UNDECIDED_TYPE // prettier-ignore
    if (!isMeant) return column
    undecided.add(id)
    if (used.has(id)) return column
    isChanged = true
    const nothing = value.type === 'string' ? '' : null
    return { ...column, value: { kind: 'literal', type: value.type, value: nothing, span: value.span } }
  }
  const rewriter = new Rewriter({
    // Children come first.
    relation: (relation) => {
      if (relation.kind === 'project' || relation.kind === 'extend')
        return { ...relation, columns: relation.columns.map(forget) }
      if (relation.kind === 'reference')
        for (const { id, source } of relation.columns) if (undecided.has(source)) undecided.add(id)
      return relation
    },
  })
  const relation = rewriter.relation(plan.relation)
  return isChanged ? { ...plan, relation } : undefined
}
