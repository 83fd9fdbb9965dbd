import type { Aggregate, ColumnDef, Computed, QueryPlan, Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar } from '../ir/scalar.ts'

/** Apart from the ids of lowering, which count up from 1, and those of hoist-windows.ts, which count down from -1. */
const FIRST_ID = -1_000_000

/**
 * DuckDB allows no aggregate inside `try(…)`, with which arithmetic keeps to 64 bits, nor below a lambda: an expression
 * over aggregates is computed above the aggregation.
 *
 * `summarize d = max(x) - min(x) by k` → `project k, d = a - b (aggregate a = max(x), b = min(x) by k)`
 */
export function separateAggregates(plan: QueryPlan): QueryPlan {
  let lastId = FIRST_ID
  const fresh = (value: Scalar): Computed => {
    lastId--
    return { id: lastId, name: value.kind === 'aggregate' ? `$${value.name}` : '$', type: value.type, value }
  }
  const rewriter = new Rewriter({
    relation: (relation) => (relation.kind === 'aggregate' ? separate(relation, fresh) : relation),
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function separate(relation: Aggregate, fresh: (value: Scalar) => Computed): Relation {
  if (!relation.measures.some(({ value }) => value.kind === 'call' && isOverAggregates(value))) return relation
  const inner: Computed[] = []
  const outer = relation.measures.map((measure): Computed => {
    if (measure.value.kind === 'call' && isOverAggregates(measure.value)) {
      return { ...measure, value: replaced(measure.value, inner, fresh) }
    }
    const column = fresh(measure.value)
    inner.push(column)
    return { ...measure, value: read(column, measure.value) }
  })
  const keys = relation.keys.map((key): Computed => ({ ...key, value: read(key, key.value) }))
  return { kind: 'project', input: { ...relation, measures: inner }, columns: [...keys, ...outer], span: relation.span }
}

const read = ({ id, name, type }: ColumnDef, { span }: Scalar): Scalar => ({ kind: 'column', id, name, type, span })

/** Built of aggregates and constants alone: what else it reads exists below the aggregation only. */
function isOverAggregates(scalar: Scalar): boolean {
  switch (scalar.kind) {
    case 'aggregate':
    case 'literal':
    case 'subquery':
      return true
    case 'call':
      return scalar.args.every(isOverAggregates)
    case 'column':
    case 'window':
    case 'membership':
      return false
  }
}

function replaced(scalar: Scalar, inner: Computed[], fresh: (value: Scalar) => Computed): Scalar {
  if (scalar.kind === 'call') {
    return { ...scalar, args: scalar.args.map((argument) => replaced(argument, inner, fresh)) }
  }
  if (scalar.kind !== 'aggregate') return scalar
  const column = fresh(scalar)
  inner.push(column)
  return read(column, scalar)
}
