/** graph-match against a search that tries every edge in every place, over small graphs with loops and edges alike. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Engine } from '../../../src/kql/index.ts'
import { openTestEngine } from '../../support/kql.ts'

let engine: Engine

before(async () => {
  engine = await openTestEngine()
  // The language service takes a while to load, which is no part of a test.
  await engine.query('print 1')
})
after(() => engine.close())

type Edge = readonly [from: number, to: number]
type Cycles = 'all' | 'none' | 'unique_edges'
/** One edge of a pattern: where it points, and how many steps it has. */
interface Part {
  readonly points: 'right' | 'left' | 'either'
  readonly fewest: number
  readonly most: number
}

const GRAPH: readonly Edge[] = [[1, 2], [2, 1], [2, 3], [3, 4], [3, 4], [4, 1]] // prettier-ignore
/** With an edge from a node to itself, over which no undirected edge of variable length goes. */
const LOOPED: readonly Edge[] = [[1, 1], [1, 2], [2, 3], [3, 1], [2, 2]] // prettier-ignore

const one = (points: Part['points']): Part => ({ points, fewest: 1, most: 1 })
const PATTERNS: readonly (readonly Part[])[] = [
  [one('right'), one('right')],
  [one('right'), one('left')],
  [one('either'), one('either')],
  [{ points: 'right', fewest: 1, most: 3 }],
  [{ points: 'left', fewest: 2, most: 3 }, one('right')],
  [one('left'), { points: 'right', fewest: 1, most: 3 }],
]
const EITHER: readonly (readonly Part[])[] = [
  [{ points: 'either', fewest: 1, most: 3 }],
  [one('right'), { points: 'either', fewest: 2, most: 2 }],
]

/** Each match as the indexes of its edges, by part. */
function matches(graph: readonly Edge[], pattern: readonly Part[], cycles: Cycles): string[] {
  const found: string[] = []
  const walk = (
    part: number,
    steps: readonly number[],
    done: readonly (readonly number[])[],
    nodes: readonly number[],
  ): void => {
    // prettier-ignore
    const { points, fewest, most } = pattern[part] ?? { points: 'right', fewest: 0, most: 0 }
    if (part === pattern.length) {
      found.push(JSON.stringify([nodes[0], ...done]))
      return
    }
    if (steps.length >= fewest) walk(part + 1, [], [...done, steps], nodes)
    if (steps.length === most) return
    graph.forEach(([from, to], edge) => {
      if (cycles === 'unique_edges' && [...done.flat(), ...steps].includes(edge)) return
      for (const [near, far, isAllowed] of [
        [from, to, points !== 'left'],
        [to, from, points !== 'right'],
      ] as const) {
        if (!isAllowed || near !== nodes.at(-1) || (cycles === 'none' && nodes.includes(far))) continue
        walk(part, [...steps, edge], done, [...nodes, far])
      }
    })
  }
  for (const start of new Set(graph.flat())) walk(0, [], [], [start])
  return found.sort()
}

function queryOf(graph: readonly Edge[], pattern: readonly Part[], cycles: Cycles): string {
  const rows = graph.map(([from, to], edge) => `${edge},${from},${to}`).join(', ')
  const edges = pattern.map(({ points, fewest, most }, index) => {
    const range = fewest === 1 && most === 1 ? '' : `*${fewest}..${most}`
    return `${points === 'left' ? '<-' : '-'}[e${index}${range}]-${points === 'right' ? '>' : ''}(n${index + 1})`
  })
  const values = pattern.map(
    ({ most }, index) => `v${index} = ${most === 1 ? `pack_array(e${index}.i)` : `e${index}.i`}`,
  )
  return `datatable(i:long, f:long, t:long)[${rows}] | make-graph f --> t with_node_id=id
    | graph-match cycles=${cycles} (n0)${edges.join('')} project start = n0.id, ${values.join(', ')}`
}

for (const cycles of ['all', 'none', 'unique_edges'] as const) {
  test(`cycles=${cycles}`, async () => {
    const cases = [
      ...[...PATTERNS, ...EITHER].map((pattern) => ({ graph: GRAPH, pattern })),
      ...PATTERNS.slice(0, 4).map((pattern) => ({ graph: LOOPED, pattern })),
    ]
    let found = 0
    for (const { graph, pattern } of cases) {
      const { rows } = await engine.query(queryOf(graph, pattern, cycles))
      const answers = Array.from(rows, (row) => JSON.stringify(row.map((cell) => JSON.parse(String(cell)) as unknown)))
      found += answers.length
      assert.deepEqual(answers.sort(), matches(graph, pattern, cycles), queryOf(graph, pattern, cycles))
    }
    assert.ok(found > 50, String(found))
  })
}
