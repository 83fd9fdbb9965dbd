import { columnsOf, type Apply, type ColumnDef, type Computed, type QueryPlan, type Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId } from '../ir/scalar.ts'
import { elementsOf, replaceEnd } from './elements.ts'

/** Apart from the ids of lowering, which count up from 1, and those of the passes before this one. */
const FIRST_ID = -2_000_000

/**
 * DuckDB 1.5.5 does not bind an expression that reads both a column of the pipeline and one of the row that the pipeline runs
 * for where one of them is in a lambda, as all arithmetic that is written once is. So what the pipeline reads of the row stands
 * beside the elements.
 *
 * `apply T (extend z = x + k (expand x = d (values)))` → `apply T (extend z = x + k' (expand x = d (extend k' = k (values))))`
 */
export function ownOuterColumns(plan: QueryPlan): QueryPlan {
  let lastId = FIRST_ID
  const fresh = ({ name, type }: ColumnDef): ColumnDef => {
    lastId--
    return { id: lastId, name, type }
  }
  // From the outside in: one pipeline in another reads the copies of the outer.
  const rewriter: Rewriter = new Rewriter({
    relation: (relation) => {
      if (relation.kind !== 'apply') return relation
      const owning = withOwn(relation, fresh)
      return owning === relation ? relation : { ...owning, body: rewriter.relation(owning.body) }
    },
  })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

function withOwn(apply: Apply, fresh: (column: ColumnDef) => ColumnDef): Apply {
  const expand = elementsOf(apply.body)
  if (expand === undefined) return apply
  const outer = new Map<ColumnId, ColumnDef>(columnsOf(apply.input).map((column) => [column.id, column]))
  const copies = new Map<ColumnId, Computed>()
  const copying = new Rewriter({
    scalar: (scalar) => {
      const column = scalar.kind === 'column' ? outer.get(scalar.id) : undefined
      if (scalar.kind !== 'column' || column === undefined) return scalar
      const copy = copies.get(column.id) ?? { ...fresh(column), value: scalar }
      copies.set(column.id, copy)
      return { ...scalar, id: copy.id }
    },
  })
  const { input, span } = expand
  // Without the elements: what they are made of, the row gives.
  const nothing: Relation = { kind: 'values', columns: [], rows: [], span }
  const pipeline = replaceEnd(apply.body, expand, nothing)
  const above = withRightSides(copying.relation(withRightSides(pipeline, () => nothing)), rightSides(pipeline))
  // What is computed of the row has lambdas, too, which may read one column inside and another as an argument.
  const items = expand.items.map((item) =>
    item.value.kind === 'column' ? item : { ...item, value: copying.scalar(item.value) },
  )
  if (copies.size === 0) return apply
  const extended: Relation = { kind: 'extend', input, columns: [...copies.values()], span }
  return { ...apply, body: replaceEnd(above, undefined, { ...expand, items, input: extended }) }
}

/**
 * The right sides of joins along the pipeline, which do not see what stands beside the elements on the left: one that reads the
 * row, since it is made of the elements once more, reads it by itself.
 */
function rightSides(relation: Relation): () => Relation {
  const sides: Relation[] = []
  withRightSides(relation, (side) => {
    sides.push(side)
    return side
  })
  return () => sides.shift() ?? relation
}

function withRightSides(relation: Relation, side: (right: Relation) => Relation): Relation {
  if (relation.kind === 'join') {
    const right = side(relation.right)
    return { ...relation, right, left: withRightSides(relation.left, side) }
  }
  return 'input' in relation ? { ...relation, input: withRightSides(relation.input, side) } : relation
}
