import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { boundColumns, constantScalar, type OperatorContext } from '../operator.ts'
import type { Flow } from '../flow.ts'

export function lowerRange(node: BoundNode, context: OperatorContext): Flow {
  const [bound] = boundColumns(node)
  const [from, to, step] = ['From', 'To', 'Step'].map((name) => constantScalar(child(node, name), context))
  if (bound?.type === undefined || from === undefined || to === undefined || step === undefined) {
    throw unsupported('this range', node.span)
  }
  if (bound.type === 'decimal') throw unsupported('a range of decimals', node.span)
  const column = context.lowering.column(bound.name, bound.type)
  return {
    columns: [column],
    order: [],
    relation: { kind: 'range', column, from, to, step, span: node.span },
  }
}
