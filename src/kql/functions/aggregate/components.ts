/** Components of a graph: what graph-mark-components needs of the catalogue. */
import { REFUSAL } from '../../errors.ts'
import { call, cast, orEmpty, text } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { aggregate, arg, learn, type AggregateEntry, type NativeFunction } from '../entry.ts'
import { aggregateCall } from './basic.ts'

/** They are held in memory beside DuckDB's, and the thread waits: a second or so. */
const MOST_EDGES = 1_000_000

interface Edges {
  readonly sources: Int32Array
  readonly targets: Int32Array
}

/** `1 2,2 3`: numbers of nodes, from 1. */
function readEdges(list: string): Edges {
  const pairs = list === '' ? [] : list.split(',')
  if (pairs.length > MOST_EDGES) throw new Error(`${REFUSAL}graph-mark-components of more than ${MOST_EDGES} edges`)
  const ends = pairs.map((pair) => pair.split(' '))
  return {
    sources: Int32Array.from(ends, ([source]) => Number(source) - 1),
    targets: Int32Array.from(ends, ([, target]) => Number(target) - 1),
  }
}

/** The smallest node that each is connected with, whatever way the edges go. */
export function weakComponents(count: number, { sources, targets }: Edges): Int32Array {
  const parents = Int32Array.from({ length: count }, (_, node) => node)
  const rootOf = (node: number): number => {
    let root = node
    while (parents[root] !== root) root = parents[root] = parents[parents[root] ?? 0] ?? 0
    return root
  }
  sources.forEach((source, edge) => {
    const [one, other] = [rootOf(source), rootOf(targets[edge] ?? 0)]
    if (one < other) parents[other] = one
    else parents[one] = other
  })
  return parents.map((_, node) => rootOf(node))
}

/** Where the edges of each node begin in `to`, which holds their targets by source. */
function adjacency(count: number, { sources, targets }: Edges): { begins: Int32Array; to: Int32Array } {
  const begins = new Int32Array(count + 1)
  for (const source of sources) begins[source + 1] = (begins[source + 1] ?? 0) + 1
  for (let node = 0; node < count; node++) begins[node + 1] = (begins[node + 1] ?? 0) + (begins[node] ?? 0)
  const free = begins.slice()
  const to = new Int32Array(sources.length)
  sources.forEach((source, edge) => {
    const at = free[source] ?? 0
    to[at] = targets[edge] ?? 0
    free[source] = at + 1
  })
  return { begins, to }
}

/** Some node of each one's component. Tarjan's algorithm, with a stack of its own: paths may be long. */
export function strongComponents(count: number, edges: Edges): Int32Array {
  const { begins, to } = adjacency(count, edges)
  const next = begins.slice()
  const order = new Int32Array(count).fill(-1)
  const low = new Int32Array(count)
  const component = new Int32Array(count).fill(-1)
  const open: number[] = []
  const path: number[] = []
  let visited = 0
  const enter = (node: number): void => {
    order[node] = low[node] = visited++
    open.push(node)
    path.push(node)
  }
  const leave = (node: number): void => {
    path.pop()
    if (low[node] === order[node]) {
      for (let member = open.pop(); member !== undefined; member = member === node ? undefined : open.pop()) {
        component[member] = node
      }
    }
    const before = path.at(-1)
    if (before !== undefined) low[before] = Math.min(low[before] ?? 0, low[node] ?? 0)
  }
  for (let start = 0; start < count; start++) {
    if (order[start] === -1) enter(start)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const at = next[node] ?? 0
      const target = to[at] ?? 0
      if (at >= (begins[node + 1] ?? 0)) leave(node)
      else {
        next[node] = at + 1
        if (order[target] === -1) enter(target)
        else if (component[target] === -1) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0)
      }
    }
  }
  return component
}

/** 0, 1, 2 … in the order in which the components appear. */
function numbered(components: Int32Array): Int32Array {
  const numbers = new Map<number, number>()
  return components.map((component) => {
    const number = numbers.get(component) ?? numbers.size
    numbers.set(component, number)
    return number
  })
}

const native: NativeFunction = {
  name: 'kql_graph_components',
  takes: ['VARCHAR', 'BIGINT', 'BOOLEAN'],
  returns: 'VARCHAR',
  run: (list, count, isStrong) => {
    const edges = readEdges(String(list))
    const components = isStrong === true ? strongComponents(Number(count), edges) : weakComponents(Number(count), edges)
    return `[${numbered(components).join(',')}]`
  },
}

/**
 * `graph components(source, target, count, isStrong)`: over edges by the numbers of their nodes, 1 to `count`, the array
 * of the nodes' components.
 */
const graphComponents = aggregate({
  name: 'graph components',
  docs: learn('graph-mark-components-operator'),
  natives: [native],
  sql: (args, info) => {
    const at = (index: number): SqlExpr => arg(args, index, info).sql
    const pair = call('concat', cast(at(0), 'VARCHAR'), text(' '), cast(at(1), 'VARCHAR'))
    const list = call('array_to_string', aggregateCall('list', [pair]), text(','))
    return call(native.name, orEmpty(list), at(2), at(3))
  },
})

export const componentAggregates: readonly AggregateEntry[] = [graphComponents]
