import type { BoundNode } from './bound.ts'

/** Operators in which a name may be an element of a graph. */
export const OVER_PATTERNS: ReadonlySet<string> = new Set(['GraphMatchOperator', 'GraphShortestPathsOperator'])
const OVER_ELEMENTS: ReadonlySet<string> = new Set(['all', 'any', 'map'])

/**
 * Where a query names the only property that nodes of its graph have, inside of `map(inner_nodes(e), …)`. The language service
 * takes a tuple of one column for the value of that column, and then does not know the name (12.4.1).
 */
export function lonePropertiesIn(root: BoundNode): ReadonlySet<number> {
  const offsets = new Set<number>()
  const visit = (node: BoundNode, property: string | undefined): void => {
    const known = OVER_PATTERNS.has(node.kind) ? loneProperty(node) : property
    const condition = known === undefined ? undefined : overInnerNodes(node)
    if (known !== undefined && condition !== undefined) collect(condition, known, offsets)
    for (const nested of childrenOf(node)) visit(nested, known)
  }
  visit(root, undefined)
  return offsets
}

/** What the patterns say of their nodes; all nodes of a graph have the same properties. */
function loneProperty(operator: BoundNode): string | undefined {
  for (const { lists } of operator.lists['Patterns'] ?? []) {
    for (const element of lists['PatternElements'] ?? []) {
      const type = element.kind === 'GraphMatchPatternNode' ? element.nodes['Name']?.type : undefined
      if (type?.kind === 'tuple') return type.columns.length === 1 ? type.columns[0]?.name : undefined
    }
  }
  return undefined
}

/** The expression that `all`, `any` or `map` computes for each inner node. */
function overInnerNodes({ kind, nodes }: BoundNode): BoundNode | undefined {
  if (kind !== 'FunctionCallExpression' || !OVER_ELEMENTS.has(nodes['Name']?.text ?? '')) return undefined
  const [elements, expression] = nodes['ArgumentList']?.lists['Expressions'] ?? []
  return elements?.nodes['Name']?.text === 'inner_nodes' ? expression : undefined
}

function collect(node: BoundNode, name: string, offsets: Set<number>): void {
  if (node.kind === 'NameReference' && node.symbol === undefined && node.text === name) offsets.add(node.span.offset)
  for (const nested of childrenOf(node)) collect(nested, name, offsets)
}

const childrenOf = ({ nodes, lists }: BoundNode): readonly BoundNode[] => [
  ...Object.values(nodes),
  ...Object.values(lists).flat(),
]
