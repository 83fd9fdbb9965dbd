/** Components against reachability, which small graphs allow to compute plainly. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strongComponents, weakComponents } from '../../../src/kql/functions/aggregate/components.ts'

/** Graphs of up to eight nodes, always the same ones. */
function* graphs(): Generator<{ readonly count: number; readonly edges: readonly (readonly [number, number])[] }> {
  let state = 1
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
  for (let index = 0; index < 300; index++) {
    const count = 1 + below(8)
    const edges = Array.from({ length: below(2 * count) }, () => [below(count), below(count)] as const)
    yield { count, edges }
  }
}

function reachable(count: number, edges: readonly (readonly [number, number])[]): boolean[][] {
  const reaches = Array.from({ length: count }, (_, from) => Array.from({ length: count }, (_, to) => from === to))
  for (const [from, to] of edges) (reaches[from] ?? [])[to] = true
  for (let by = 0; by < count; by++) {
    for (const row of reaches) {
      if (row[by] === true) reaches[by]?.forEach((isReached, to) => (row[to] ||= isReached))
    }
  }
  return reaches
}

const arrays = (edges: readonly (readonly [number, number])[]) => ({
  sources: Int32Array.from(edges, ([from]) => from),
  targets: Int32Array.from(edges, ([, to]) => to),
})

/** Which nodes are together. */
const together = (components: Int32Array): boolean[][] =>
  [...components].map((one) => [...components].map((other) => one === other))

test('weak components: what is reached whatever way the edges go', () => {
  for (const { count, edges } of graphs()) {
    const bothWays = [...edges, ...edges.map(([from, to]) => [to, from] as const)]
    assert.deepEqual(together(weakComponents(count, arrays(edges))), reachable(count, bothWays))
  }
})

test('strong components: what reaches each other', () => {
  for (const { count, edges } of graphs()) {
    const reaches = reachable(count, edges)
    const mutual = reaches.map((row, from) => row.map((isReached, to) => isReached && reaches[to]?.[from] === true))
    assert.deepEqual(together(strongComponents(count, arrays(edges))), mutual)
  }
})

test('a path of a hundred thousand nodes', () => {
  const count = 100_000
  const edges = arrays(Array.from({ length: count - 1 }, (_, node) => [node, node + 1] as const))
  assert.equal(new Set(weakComponents(count, edges)).size, 1)
  assert.equal(new Set(strongComponents(count, edges)).size, count)
})
