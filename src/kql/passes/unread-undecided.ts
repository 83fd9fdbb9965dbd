import type { Computed, QueryPlan, Union } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import { UNDECIDED_TYPE, type ColumnId, type Scalar } from '../ir/scalar.ts'
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
  const forgotten = (id: ColumnId, value: Scalar): Scalar => {
    const isMeant = value.kind === 'column' ? undecided.has(value.id) : value.kind === 'call' && value.name === UNDECIDED_TYPE // prettier-ignore
    if (!isMeant) return value
    undecided.add(id)
    if (used.has(id)) return value
    isChanged = true
    const nothing = value.type === 'string' ? '' : null
    return { kind: 'literal', type: value.type, value: nothing, span: value.span }
  }
  const forget = (column: Computed): Computed => ({ ...column, value: forgotten(column.id, column.value) })
  const forgetIn = ({ columns, ...union }: Union): Union => ({
    ...union,
    columns,
    inputs: union.inputs.map((input) => ({
      ...input,
      sources: input.sources.map((source, index) => {
        const column = columns[index]
        return source === undefined || column === undefined ? source : forgotten(column.id, source)
      }),
    })),
  })
  const rewriter = new Rewriter({
    // Children come first.
    relation: (relation) => {
      if (relation.kind === 'project' || relation.kind === 'extend')
        return { ...relation, columns: relation.columns.map(forget) }
      if (relation.kind === 'union') return forgetIn(relation)
      if (relation.kind === 'reference')
        for (const { id, source } of relation.columns) if (undecided.has(source)) undecided.add(id)
      return relation
    },
  })
  const relation = rewriter.relation(plan.relation)
  return isChanged ? { ...plan, relation } : undefined
}
