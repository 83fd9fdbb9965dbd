import { nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { findEntry } from '../../functions/index.ts'
import { reference, type Flow } from '../flow.ts'
import type { OperatorContext, OperatorLowering } from '../operator.ts'
import { ROW_RANKS } from '../row-rank.ts'
import { checkSerialized } from '../serialization.ts'
import { lowerExtend } from './extend.ts'

export const serialize: OperatorLowering = {
  kind: 'SerializeOperator',
  lower: (node, input, context) => lowerExtend(node, numbered(input, context, node), context),
}

/**
 * Window functions need one total order, the same for each of them, though `sort` leaves ties open: a hidden row
 * number fixes it once.
 */
export function serialized(node: BoundNode, input: Flow, context: OperatorContext): Flow {
  const window = windowIn(node)
  if (window === undefined) return input
  checkSerialized(window, input)
  return numbered(input, context, node)
}

const ROW_NUMBER = '$row'

export function numbered(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  const [first] = input.order
  if (input.order.length === 1 && first?.value.kind === 'column' && first.value.name === ROW_NUMBER)
    return { ...input, isSerialized: true }
  const column = context.lowering.column(ROW_NUMBER, 'long')
  return {
    ...input,
    relation: { kind: 'number', input: input.relation, keys: input.order, column, span: node.span },
    order: [{ value: reference(column, node.span), descending: false, nullsFirst: true }],
    isSerialized: true,
  }
}

export const usesWindow = (node: BoundNode): boolean => windowIn(node) !== undefined

/** The first call of a window function. */
function windowIn(node: BoundNode): BoundNode | undefined {
  if (node.kind === 'FunctionCallExpression') {
    const name = node.nodes['Name']?.text ?? ''
    if (ROW_RANKS.has(name) || findEntry(name)?.kind === 'window') return node
  }
  for (const nested of nestedNodes(node)) {
    const window = windowIn(nested)
    if (window !== undefined) return window
  }
  return undefined
}
