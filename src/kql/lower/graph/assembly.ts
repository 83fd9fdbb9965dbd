import type { BoundNode } from '../../bind/bound.ts'
import { internal, unsupported } from '../../errors.ts'
import type { ColumnDef, Join, Relation, Walk } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, reference } from '../flow.ts'
import type { OperatorContext } from '../operator.ts'
import { withDegrees } from './degrees.ts'
import type { Wanted } from './elements.ts'
import { readNodes, type Graph, type Nodes } from './graph.ts'
import type { NodeKey, Pattern, PatternEdge } from './pattern.ts'
import { readSteps, type Steps } from './steps.ts'
import { joinWalk, type WalkColumns } from './walks.ts'

/** Whether a match may hold an edge or a node twice. */
export type Cycles = 'all' | 'none' | 'unique_edges'

/** An edge of one step and its columns. */
interface FixedEdge {
  readonly edge: PatternEdge
  readonly steps: Steps
}

/**
 * A pattern as joins, one edge after the other. It begins at a node that the `where` asks something of, and takes edges of
 * variable length last: their walks then begin at few nodes.
 */
export class Assembly {
  /** Properties of nodes and edges of one step, by their names. */
  readonly records = new Map<string, readonly ColumnDef[]>()
  readonly #graph: Graph
  readonly #pattern: Pattern
  readonly #cycles: Cycles
  readonly #shortest: Walk['shortest']
  readonly #walks: WalkColumns[] = []
  readonly #wanted: Wanted
  readonly #context: OperatorContext
  readonly #node: BoundNode
  readonly #readings = new Map<NodeKey, Nodes>()
  readonly #fixed: readonly FixedEdge[]
  readonly #own = new Map<string, Scalar[]>()
  readonly #others: Scalar[] = []
  /** Numbers of the nodes that are in the relation. */
  readonly #bound = new Map<NodeKey, ColumnDef>()

  constructor(
    graph: Graph,
    pattern: Pattern,
    { cycles, shortest }: { readonly cycles: Cycles; readonly shortest?: Walk['shortest'] | undefined },
    wanted: Wanted,
    context: OperatorContext,
    node: BoundNode,
  ) {
    this.#graph = graph
    this.#pattern = pattern
    this.#cycles = cycles
    this.#shortest = shortest
    this.#wanted = wanted
    this.#context = context
    this.#node = node
    for (const key of pattern.nodes) {
      if (!wanted.read.has(key)) continue
      const nodes = readNodes(graph, context.lowering, node.span)
      this.#readings.set(key, withDegrees(nodes, wanted.degrees.get(key) ?? {}, graph, context.lowering, node.span))
      this.records.set(key, nodes.properties)
    }
    this.#fixed = pattern.edges.flatMap((edge) => {
      if (edge.range !== undefined) return []
      const steps = readSteps(graph, edge.direction, context.lowering, edge.span)
      if (edge.name !== undefined) this.records.set(edge.name, steps.properties)
      return [{ edge, steps }]
    })
  }

  /** A condition of the match, which reads these elements: one of a single node or edge is asked where that is read. */
  require(condition: Scalar, names: ReadonlySet<string>): void {
    const [name, ...others] = names
    const isRead =
      name !== undefined && (this.#readings.has(name) || this.#fixed.some(({ edge }) => edge.name === name))
    if (!isRead || others.length > 0) this.#others.push(condition)
    else this.#own.set(name, [...(this.#own.get(name) ?? []), condition])
  }

  relation(): Relation {
    const [first] = this.#pattern.nodes
    const start = this.#pattern.nodes.find((key) => this.#own.has(key)) ?? first
    if (start === undefined) throw internal('graph', 'a pattern without a node')
    const nodes = this.#nodes(start)
    this.#bound.set(start, nodes.node)
    let relation = nodes.relation
    let open = [...this.#pattern.edges]
    while (open.length > 0) {
      const edge = this.#next(open)
      open = open.filter((each) => each !== edge)
      const fixed = this.#fixed.find((each) => each.edge === edge)
      if (fixed !== undefined) relation = this.#joinStep(relation, fixed)
      else {
        const joined = this.#joinWalk(relation, edge)
        relation = joined.relation
        this.#walks.push(joined.walk)
      }
    }
    const tests = [...this.#differences(this.#walks), ...this.#others]
    return tests.reduce((input, condition) => this.#filter(input, condition), relation)
  }

  /** Edges of variable length, once `relation` has made them. */
  get walks(): readonly WalkColumns[] {
    return this.#walks
  }

  /** One that begins or ends at a node that is there; of one step, if there is such; both its nodes, if there is such. */
  #next(open: readonly PatternEdge[]): PatternEdge {
    const known = ({ left, right }: PatternEdge): number => Number(this.#bound.has(left)) + Number(this.#bound.has(right)) // prettier-ignore
    const rank = (edge: PatternEdge): number => known(edge) + (edge.range === undefined ? 2 : 0)
    const [best] = open.filter((edge) => known(edge) > 0).sort((one, other) => rank(other) - rank(one))
    if (best === undefined) throw internal('graph', 'a pattern in parts')
    return best
  }

  #nodes(key: NodeKey): Nodes {
    const nodes = this.#readings.get(key) ?? readNodes(this.#graph, this.#context.lowering, this.#node.span)
    return { ...nodes, relation: this.#filtered(nodes.relation, key) }
  }

  #filtered(relation: Relation, name: string): Relation {
    return (this.#own.get(name) ?? []).reduce((input, condition) => this.#filter(input, condition), relation)
  }

  #filter(input: Relation, condition: Scalar): Relation {
    return { kind: 'filter', input, condition, span: this.#node.span }
  }

  #joinStep(relation: Relation, { edge, steps }: FixedEdge): Relation {
    const right = edge.name === undefined ? steps.relation : this.#filtered(steps.relation, edge.name)
    const [left, target] = [this.#bound.get(edge.left), this.#bound.get(edge.right)]
    const keys = [
      ...(left === undefined ? [] : [{ left: reference(left), right: reference(steps.from) }]),
      ...(target === undefined ? [] : [{ left: reference(target), right: reference(steps.to) }]),
    ]
    const joined = this.#join(relation, right, keys)
    if (left === undefined) return this.#arrive(joined, edge.left, steps.from)
    return target === undefined ? this.#arrive(joined, edge.right, steps.to) : joined
  }

  /** The node that an edge has led to; its row is only joined where something of it is read. */
  #arrive(relation: Relation, key: NodeKey, at: ColumnDef): Relation {
    this.#bound.set(key, at)
    if (!this.#readings.has(key)) return relation
    const nodes = this.#nodes(key)
    return this.#join(relation, nodes.relation, [{ left: reference(at), right: reference(nodes.node) }])
  }

  #join(left: Relation, right: Relation, keys: Join['keys']): Relation {
    return { kind: 'join', join: 'inner', left, right, keys, span: this.#node.span }
  }

  #joinWalk(relation: Relation, edge: PatternEdge): { readonly relation: Relation; readonly walk: WalkColumns } {
    const [left, right] = [this.#bound.get(edge.left), this.#bound.get(edge.right)]
    const walk = joinWalk(relation, {
      edge,
      graph: this.#graph,
      left,
      right,
      cycles: this.#cycles,
      shortest: this.#shortest,
      measures: edge.name === undefined ? [] : (this.#wanted.measures.get(edge.name) ?? []),
      context: this.#context,
    })
    if (left === undefined) return { relation: this.#arrive(walk.relation, edge.left, walk.left), walk }
    if (right !== undefined) return { relation: walk.relation, walk }
    return { relation: this.#arrive(walk.relation, edge.right, walk.right), walk }
  }

  /** What `cycles` asks: no edge twice in the whole match, or no node twice. */
  #differences(walks: readonly WalkColumns[]): Scalar[] {
    const { span } = this.#node
    const call = (name: string, one: ColumnDef, other: ColumnDef): Scalar => callScalar(name, 'bool', [reference(one), reference(other)], span) // prettier-ignore
    const none = (test: Scalar): Scalar => callScalar('not', 'bool', [test], span)
    if (this.#cycles === 'all') return []
    if (this.#cycles === 'unique_edges') {
      const numbers = this.#fixed.map(({ steps }) => steps.edge)
      return [
        ...pairs(numbers).map(([one, other]) => call('!=', one, other)),
        ...walks.flatMap(({ visited }) => numbers.map((number) => none(call('walk has', visited, number)))),
        ...pairs(walks).map(([one, other]) => none(call('walks share', one.visited, other.visited))),
      ]
    }
    if (walks.length > 1) throw unsupported('cycles=none with several edges of variable length', span)
    const nodes = [...this.#bound]
    return [
      ...pairs(nodes).map(([[, one], [, other]]) => call('!=', one, other)),
      ...walks.flatMap(({ edge, visited }) =>
        nodes.flatMap(([key, number]) =>
          key === edge.left || key === edge.right ? [] : [none(call('walk has', visited, number))],
        ),
      ),
    ]
  }
}

function pairs<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const))
}
