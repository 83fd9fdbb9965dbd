import { child, children, nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { nameOf } from '../scalar.ts'

/** Functions over the elements of an edge of variable length: bare names in their second argument are properties. */
export const ELEMENT_FUNCTIONS: ReadonlySet<string> = new Set(['all', 'any', 'map'])

/** The parts of a condition that must all hold. */
export function conjunctsOf(node: BoundNode): readonly BoundNode[] {
  if (node.kind === 'ParenthesizedExpression') return conjunctsOf(child(node, 'Expression'))
  if (node.kind !== 'AndExpression') return [node]
  return [...conjunctsOf(child(node, 'Left')), ...conjunctsOf(child(node, 'Right'))]
}

/** Which of the pattern's names an expression reads. */
export function namesIn(node: BoundNode, names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (inner: BoundNode): void => {
    if (inner.kind === 'NameReference' && names.has(nameOf(inner))) found.add(nameOf(inner))
    for (const next of operandsOf(inner)) visit(next)
  }
  visit(node)
  return found
}

/** The operands of an expression in which a name may be one of the pattern's. */
export function operandsOf(node: BoundNode): readonly BoundNode[] {
  if (node.kind === 'PathExpression') return [child(node, 'Expression')]
  if (node.kind !== 'FunctionCallExpression') return nestedNodes(node)
  const operands = children(child(node, 'ArgumentList'), 'Expressions')
  return ELEMENT_FUNCTIONS.has(nameOf(child(node, 'Name'))) ? operands.slice(0, 1) : operands
}
