import { children, type BoundNode, type TextSpan } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import { literalOf } from '../lowering.ts'
import { constantScalar, type OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'

/** A node of a pattern by its name; one without a name has a key that no text can spell. */
export type NodeKey = string

export interface PatternEdge {
  readonly name: string | undefined
  readonly left: NodeKey
  readonly right: NodeKey
  /** Of the edge from left to right. */
  readonly direction: 'forward' | 'backward' | 'either'
  /** Of an edge of variable length. */
  readonly range: { readonly fewest: bigint; readonly most: bigint } | undefined
  readonly span: TextSpan
}

export interface Pattern {
  readonly nodes: readonly NodeKey[]
  readonly edges: readonly PatternEdge[]
  readonly sequences: number
}

/** Each is a join, and each two are compared: DuckDB plans so many in a second or two. */
const MOST_EDGES = 40

/** Sequences of nodes and edges; a name that stands twice is the same node. */
export function readPattern(node: BoundNode, context: OperatorContext): Pattern {
  const nodes = new Set<NodeKey>()
  const edges: PatternEdge[] = []
  const sequences = children(node, 'Patterns')
  for (const sequence of sequences) {
    const elements = children(sequence, 'PatternElements')
    const keys = elements.map((element, index) => (index % 2 === 0 ? nodeKey(element, nodes.size) : ''))
    elements.forEach((element, index) => {
      const key = keys[index] ?? ''
      if (index % 2 === 0) nodes.add(key)
      else edges.push(edgeOf(element, keys[index - 1] ?? '', keys[index + 1] ?? '', context))
    })
  }
  if (edges.length > MOST_EDGES) throw unsupported(`a graph pattern of more than ${MOST_EDGES} edges`, node.span)
  const pattern = { nodes: [...nodes], edges, sequences: sequences.length }
  refuseNames(pattern, node)
  refuseParts(pattern, node)
  return pattern
}

function nodeKey(element: BoundNode, count: number): NodeKey {
  const name = element.nodes['Name']
  if (element.kind !== 'GraphMatchPatternNode') throw unsupported(`${element.text} in a graph pattern`, element.span)
  return name === undefined ? `()${count}.${element.span.offset}` : nameOf(name)
}

function edgeOf(element: BoundNode, left: NodeKey, right: NodeKey, context: OperatorContext): PatternEdge {
  const first = element.tokens['FirstToken'] ?? ''
  const last = element.tokens['LastToken'] ?? first
  const [pointsLeft, pointsRight] = [first.startsWith('<'), last.endsWith('>')]
  if (element.kind !== 'GraphMatchPatternEdge' || (pointsLeft && pointsRight)) {
    throw unsupported(`${element.text} in a graph pattern`, element.span)
  }
  const name = element.nodes['Name']
  return {
    name: name === undefined ? undefined : nameOf(name),
    left,
    right,
    direction: pointsLeft ? 'backward' : pointsRight ? 'forward' : 'either',
    range: rangeOf(element, context),
    span: element.span,
  }
}

function rangeOf({ nodes: { Range: range } }: BoundNode, context: OperatorContext): PatternEdge['range'] {
  if (range === undefined) return undefined
  const [fewest, most] = ['RangeStart', 'RangeEnd'].map((end) => {
    const bound = range.nodes[end]
    const value = bound === undefined ? undefined : literalOf(constantScalar(bound, context))
    if (typeof value !== 'bigint') throw unsupported('an edge whose length has no constant bounds', range.span)
    return value
  })
  if (fewest === undefined || most === undefined || fewest < 0n || fewest > most) {
    throw invalid('the length of an edge goes from a number to the same or a larger one', range.span)
  }
  return { fewest, most }
}

function refuseNames({ nodes, edges }: Pattern, node: BoundNode): void {
  const names = edges.flatMap(({ name }) => (name === undefined ? [] : [name]))
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw unsupported(`a graph pattern with two edges of the name "${twice}"`, node.span)
  const both = names.find((name) => nodes.includes(name))
  if (both !== undefined) throw unsupported(`a graph pattern with a node and an edge of the name "${both}"`, node.span)
}

/** «Exactly one connected component»: from the first node every other is reached. */
function refuseParts({ nodes, edges }: Pattern, node: BoundNode): void {
  const [first] = nodes
  const reached = new Set(first === undefined ? [] : [first])
  for (let size = 0; size !== reached.size;) {
    size = reached.size
    for (const { left, right } of edges) {
      if (!reached.has(left) && !reached.has(right)) continue
      reached.add(left).add(right)
    }
  }
  if (reached.size < nodes.length) {
    throw invalid('the sequences of a graph pattern must share nodes', node.span, 'give a node the same name in both')
  }
}
