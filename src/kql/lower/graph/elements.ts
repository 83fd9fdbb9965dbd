import { child, children, nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { literal, reference } from '../flow.ts'
import type { Lowering } from '../lowering.ts'
import { nameOf } from '../scalar.ts'
import { ELEMENT_FUNCTIONS, operandsOf } from './conditions.ts'
import type { Degrees } from './degrees.ts'
import type { NodeKey, Pattern } from './pattern.ts'

/** What a walk gathers on its way: `all(e, …)`, `any(inner_nodes(e), …)`, `map(e, …)`, `e.name`, `e`. */
export interface Measure {
  readonly kind: 'all' | 'any' | 'list'
  readonly of: 'edges' | 'inner nodes'
  /** Over the properties of one element; undefined: the element as a bag. */
  readonly expression: BoundNode | undefined
  /** A property by name, for `e.name`. */
  readonly property: string | undefined
  readonly column: ColumnDef
  /** The walk ends where it fails: an `all` that the `where` asks for. */
  readonly isRequired: boolean
}

/** What the expressions of an operator ask of the elements beside their properties. */
export interface Wanted {
  /** What each of these expressions stands for. */
  readonly values: Map<BoundNode, Scalar>
  readonly degrees: Map<NodeKey, Degrees>
  /** By the name of the edge. */
  readonly measures: Map<string, Measure[]>
  /** Nodes and edges of which something is read. */
  readonly read: Set<string>
}

const DEGREES: Readonly<Record<string, keyof Degrees>> = { node_degree_in: 'in', node_degree_out: 'out' }

/** Finds the graph functions in expressions; they must all be seen before anything is lowered. */
export class ElementReader {
  readonly wanted: Wanted = { values: new Map(), degrees: new Map(), measures: new Map(), read: new Set() }
  readonly #lowering: Lowering
  readonly #names: ReadonlySet<string>
  readonly #walks: ReadonlySet<string>
  readonly #nodes: ReadonlySet<string>

  constructor({ nodes, edges }: Pattern, lowering: Lowering) {
    this.#lowering = lowering
    const named = edges.flatMap(({ name, range }) => (name === undefined ? [] : [{ name, range }]))
    this.#nodes = new Set(nodes)
    this.#names = new Set([...nodes, ...named.map(({ name }) => name)])
    this.#walks = new Set(named.flatMap(({ name, range }) => (range === undefined ? [] : [name])))
  }

  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** A condition of the `where`: one of those that must all hold. */
  condition(node: BoundNode): void {
    this.#visit(node, node)
  }

  /** A value of the `project`: here the property of a walk's edges is the array of their values. */
  value(node: BoundNode): void {
    this.#visit(node, undefined, true)
  }

  #visit(node: BoundNode, conjunct: BoundNode | undefined, isValue = false): void {
    if (node.kind === 'FunctionCallExpression' && this.#call(node, conjunct)) return
    const base = node.kind === 'PathExpression' ? child(node, 'Expression') : node
    const name = base.kind === 'NameReference' ? nameOf(base) : ''
    if (this.#walks.has(name)) {
      this.#edgesOf(name, node, isValue)
      return
    }
    if (this.#names.has(name) && base === node) {
      throw unsupported(`the whole of ${node.text} as a value`, node.span, 'name its properties')
    }
    if (this.#names.has(name)) this.wanted.read.add(name)
    else for (const operand of operandsOf(node)) this.#visit(operand, undefined, isValue)
  }

  /** `e`, the array of a walk's edges, whose length is that of the walk; `e.name`, of their values. */
  #edgesOf(name: string, node: BoundNode, isValue: boolean): void {
    const selector = node.kind === 'PathExpression' ? child(node, 'Selector') : undefined
    if (selector !== undefined && !isValue) {
      throw invalid(`${node.text} has a value for each edge of ${name}`, node.span, 'use all(), any() or map() of it')
    }
    if (selector !== undefined && selector.kind !== 'NameReference') throw unsupported(node.text, node.span)
    const property = selector === undefined ? undefined : nameOf(selector)
    this.#measure(name, node, { kind: 'list', of: 'edges', expression: undefined, property, isRequired: false })
  }

  /** Whether the call is one of a graph function. */
  #call(node: BoundNode, conjunct: BoundNode | undefined): boolean {
    const name = nameOf(child(node, 'Name'))
    const [first, second] = children(child(node, 'ArgumentList'), 'Expressions')
    if (name === 'labels') {
      if (first?.kind !== 'NameReference' || !this.#names.has(nameOf(first))) throw unsupported(node.text, node.span)
      this.wanted.values.set(node, noLabels(node))
      return true
    }
    const degree = DEGREES[name]
    if (degree !== undefined) {
      const of = first?.kind === 'NameReference' ? nameOf(first) : ''
      if (!this.#nodes.has(of)) throw invalid(`${name}() needs the name of a node`, node.span)
      this.wanted.values.set(node, reference(this.#degree(of, degree), node.span))
      return true
    }
    if (name === 'inner_nodes') throw invalid('inner_nodes() only stands first in all(), any() or map()', node.span)
    if (!ELEMENT_FUNCTIONS.has(name) || first === undefined || second === undefined) return false
    const kind = name === 'map' ? 'list' : (name as 'all' | 'any')
    const isRequired = kind === 'all' && node === conjunct
    const { walk, of } = this.#elements(first)
    this.#measure(walk, node, { kind, of, expression: second, property: undefined, isRequired })
    return true
  }

  #elements(node: BoundNode): { readonly walk: string; readonly of: Measure['of'] } {
    const isInner = node.kind === 'FunctionCallExpression' && nameOf(child(node, 'Name')) === 'inner_nodes'
    const [inner] = isInner ? children(child(node, 'ArgumentList'), 'Expressions') : [node]
    const walk = inner?.kind === 'NameReference' ? nameOf(inner) : ''
    if (!this.#walks.has(walk)) throw invalid(`${node.text} is no edge of variable length`, node.span)
    return { walk, of: isInner ? 'inner nodes' : 'edges' }
  }

  #measure(walk: string, node: BoundNode, measure: Omit<Measure, 'column'>): void {
    const column = this.#lowering.column(`$${measure.kind}`, measure.kind === 'list' ? 'dynamic' : 'bool')
    const known = this.wanted.measures.get(walk) ?? []
    this.wanted.measures.set(walk, [...known, { ...measure, column }])
    this.wanted.values.set(node, reference(column, node.span))
  }

  #degree(name: string, degree: keyof Degrees): ColumnDef {
    const known = this.wanted.degrees.get(name) ?? {}
    const column = known[degree] ?? this.#lowering.column(`$${degree}`, 'long')
    this.wanted.degrees.set(name, { ...known, [degree]: column })
    this.wanted.read.add(name)
    return column
  }
}

/** Only persistent graphs have labels. */
const noLabels = (node: BoundNode): Scalar => literal('dynamic', '[]', node.span)

/** Graph functions without an argument, inside of `all`, `any` and `map`: they ask of the element itself. */
export function ownValues(
  expression: BoundNode,
  measure: Measure,
  lowering: Lowering,
): { readonly values: ReadonlyMap<BoundNode, Scalar>; readonly degrees: Degrees } {
  const values = new Map<BoundNode, Scalar>()
  let degrees: Degrees = {}
  const visit = (node: BoundNode): void => {
    const name = node.kind === 'FunctionCallExpression' ? nameOf(child(node, 'Name')) : ''
    const degree = DEGREES[name]
    if (name === 'labels' || degree !== undefined) {
      if (children(child(node, 'ArgumentList'), 'Expressions').length > 0) throw unsupported(node.text, node.span)
    }
    if (name === 'labels') values.set(node, noLabels(node))
    if (degree !== undefined) {
      if (measure.of === 'edges') throw invalid(`${name}() asks of a node, not of an edge`, node.span)
      const column = degrees[degree] ?? lowering.column(`$${degree}`, 'long')
      degrees = { ...degrees, [degree]: column }
      values.set(node, reference(column, node.span))
    }
    for (const nested of nestedNodes(node)) visit(nested)
  }
  visit(expression)
  return { values, degrees }
}
