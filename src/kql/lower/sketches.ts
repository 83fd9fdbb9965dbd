import { unsupported } from '../errors.ts'
import { SKETCH_CARRIERS, SKETCH_MAKERS, SKETCH_TAKERS } from '../functions/aggregate/sketches.ts'
import type { QueryPlan, Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId, Scalar, SortKey } from '../ir/scalar.ts'
import { reference } from './flow.ts'

/**
 * Sketches (`hll`, `tdigest`) have an inner form that differs from the service's. They may flow through a query to the
 * functions that read them; where anything else would see one, the query is refused.
 */
export function refuseVisibleSketches(plan: QueryPlan): QueryPlan {
  const known = new Set<ColumnId>()
  const isSketch = (value: Scalar | undefined): value is Scalar => {
    if (value === undefined) return false
    if (value.kind === 'column') return known.has(value.id)
    if (value.kind === 'subquery') return known.has(value.column)
    if (!('args' in value)) return false
    return SKETCH_MAKERS.has(value.name) || isSketch(value.args[SKETCH_CARRIERS.get(value.name) ?? -1])
  }
  const refuse = (value: Scalar): never => {
    throw unsupported('a sketch outside of the functions that read it', value.span, 'take dcount_hll() or percentile_tdigest() of it') // prettier-ignore
  }
  const relation = (relation: Relation): Relation => {
    const odd = comparedBy(relation).find(isSketch)
    if (odd !== undefined) refuse(odd)
    for (const { id, value } of definedBy(relation)) if (isSketch(value)) known.add(id)
    if (relation.kind === 'reference') {
      for (const { id, source } of relation.columns) if (known.has(source)) known.add(id)
    }
    return relation
  }
  const scalar = (value: Scalar): Scalar => {
    if (value.kind === 'membership' && (isSketch(value.needle) || known.has(value.column))) refuse(value)
    if (value.kind !== 'call' && value.kind !== 'aggregate' && value.kind !== 'window') return value
    const carried = SKETCH_CARRIERS.get(value.name)
    const odd = SKETCH_TAKERS.has(value.name)
      ? undefined
      : value.args.find((each, at) => at !== carried && isSketch(each))
    if (odd !== undefined) refuse(odd)
    return value
  }
  const checked = new Rewriter({ relation, scalar }).relation(plan.relation)
  const shown = plan.columns.find(({ id }) => known.has(id))
  if (shown !== undefined) throw unsupported(`a sketch in the result ("${shown.name}")`, plan.relation.span, 'take dcount_hll() or percentile_tdigest() of it') // prettier-ignore
  return { ...plan, relation: checked }
}

function definedBy(relation: Relation): readonly { readonly id: ColumnId; readonly value: Scalar | undefined }[] {
  switch (relation.kind) {
    case 'extend':
    case 'project':
      return relation.columns
    case 'aggregate':
      return [...relation.keys, ...relation.measures]
    case 'union':
      return relation.columns.flatMap(({ id }, index) =>
        relation.inputs.map(({ sources }) => ({ id, value: sources[index] })),
      )
    case 'walk':
      return relation.measures.map(({ column, value }) => ({ id: column.id, value: reference(value) }))
    default:
      return []
  }
}

/** What decides about rows: groups, order, matches, elements. */
function comparedBy(relation: Relation): readonly Scalar[] {
  const values = (keys: readonly SortKey[]): Scalar[] => keys.map(({ value }) => value)
  switch (relation.kind) {
    case 'aggregate':
      return relation.keys.map(({ value }) => value)
    case 'unique':
      return relation.keys
    case 'limit':
    case 'number':
      return values(relation.keys)
    case 'join':
      return relation.keys.flatMap(({ left, right }) => [left, right])
    case 'expand':
      return relation.items.map(({ value }) => value)
    default:
      return []
  }
}
