import type { BoundNode } from '../../bind/bound.ts'
import { findEntry } from '../../functions/index.ts'
import { reference, type Flow } from '../flow.ts'
import type { OperatorContext, OperatorLowering } from '../operator.ts'
import { ROW_RANKS } from '../row-rank.ts'
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
  return usesWindow(node) ? numbered(input, context, node) : input
}

const ROW_NUMBER = '$row'

export function numbered(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  const [first] = input.order
  if (input.order.length === 1 && first?.value.kind === 'column' && first.value.name === ROW_NUMBER) return input
  const column = context.lowering.column(ROW_NUMBER, 'long')
  return {
    ...input,
    relation: { kind: 'number', input: input.relation, keys: input.order, column, span: node.span },
    order: [{ value: reference(column, node.span), descending: false, nullsFirst: true }],
  }
}

export function usesWindow(node: BoundNode): boolean {
  if (node.kind === 'FunctionCallExpression' && ROW_RANKS.has(node.nodes['Name']?.text ?? '')) return true
  if (node.kind === 'FunctionCallExpression' && findEntry(node.nodes['Name']?.text ?? '')?.kind === 'window')
    return true
  return [...Object.values(node.nodes), ...Object.values(node.lists).flat()].some(usesWindow)
}
