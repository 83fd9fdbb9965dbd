import { child, children, type BoundNode } from '../../bind/bound.ts'
import type { Computed } from '../../ir/relation.ts'
import type { SortKey } from '../../ir/scalar.ts'
import { reference, type Flow } from '../flow.ts'
import {
  constantCount,
  refuseDynamicKey,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar } from '../scalar.ts'

export const sort: OperatorLowering = {
  kind: 'SortOperator',
  lower: (node, input, context) => sorted(children(node, 'Expressions'), input, context, node),
}

export const top: OperatorLowering = {
  kind: 'TopOperator',
  lower: (node, input, context) => {
    const flow = sorted([child(node, 'ByExpression')], input, context, node)
    const count = constantCount(child(node, 'Expression'), context)
    return { ...flow, relation: { kind: 'limit', input: flow.relation, keys: flow.order, count, span: node.span } }
  },
}

/** Sets the order of rows; keys that are no columns become hidden ones, so that the order survives what follows. */
export function sorted(keys: readonly BoundNode[], input: Flow, context: OperatorContext, node: BoundNode): Flow {
  const computed: Computed[] = []
  const order = keys.map((key): SortKey => {
    const value = lowerScalar(key, rowContext(input, context))
    refuseDynamicKey(value, node.kind === 'TopOperator' ? 'top' : 'sort', key)
    const direction = directionOf(key)
    if (value.kind === 'column') return { value, ...direction }
    const column = context.lowering.column('$key', value.type)
    computed.push({ ...column, value })
    return { value: reference(column, key.span), ...direction }
  })
  const { part } = context
  if (part !== undefined) order.unshift({ value: reference(part, node.span), descending: false, nullsFirst: true })
  if (computed.length === 0) return { ...input, order }
  return { ...input, order, relation: { kind: 'extend', input: input.relation, columns: computed, span: node.span } }
}

/** Descending unless told; nulls first when ascending and last when descending, unless told. */
function directionOf(key: BoundNode): Pick<SortKey, 'descending' | 'nullsFirst'> {
  const clause = key.kind === 'OrderedExpression' ? key.nodes['Ordering'] : undefined
  const descending = clause?.tokens['AscOrDescKeyword'] !== 'asc'
  const nulls = clause?.nodes['NullsClause']?.tokens['FirstOrLastKeyword']
  return { descending, nullsFirst: nulls === undefined ? !descending : nulls === 'first' }
}
