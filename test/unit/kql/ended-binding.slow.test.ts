import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkGuard } from '../../../src/cli/work-guard.ts'
import type { WorkGuard } from '../../../src/domain/ports.ts'
import type { Duration } from '../../../src/domain/time.ts'
import { forgetBindings } from '../../../src/kql/bind/bind-query.ts'
import { analyze } from '../../../src/kql/index.ts'

const schema = { tables: new Map(), functions: new Map() }

/** Of operators and functions of many kinds, for each of which the language service makes tables on first use. */
const QUERIES = [
  `datatable(a: string, b: long)["x", 1] | where a has "x" and b in (1, 2) | summarize count(), make_set(a) by b`,
  `datatable(a: dynamic)[dynamic([1])] | mv-expand a to typeof(long) | extend c = extract("(x)", 1, tostring(a))`,
  `let f = (x: long) { x + 1 }; range x from 1 to 3 step 1 | extend y = f(x) | join kind=leftouter (print x = 1, z = now()) on x`,
  `datatable(t: datetime)[] | make-series n = count() on t from datetime(2026-01-01) to datetime(2026-02-01) step 1d`,
  'print split("a,b", ",")[0], nothing',
]

const bound = async (guard: WorkGuard) =>
  Promise.all(
    QUERIES.map(async (query) => {
      const { columns, diagnostics } = await analyze(query, schema, guard)
      return { columns, codes: diagnostics.map(({ code }) => code) }
    }),
  )

const TURNS = 15

/** What the language service has at hand is otherwise known from the queries before. */
const unseen = (query: string, turn: number): string => `${query} | extend unseen_${turn} = 1`

test('binding that is ended anywhere, be it while the language service loads, leaves the next queries as they are', async () => {
  const guard = createWorkGuard(() => assert.fail('nobody interrupted'))
  let limit: Duration | undefined
  const ending: WorkGuard = { ...guard, run: (work, given, options) => guard.run(work, limit ?? given, options) }
  // With code that is as hot as it will be.
  let whole = 0
  for (let turn = 0; turn < 3; turn++) {
    forgetBindings()
    const begun = performance.now()
    await analyze(QUERIES[0] ?? '', schema, guard)
    whole = performance.now() - begun
  }
  let ended = 0
  const results: unknown[] = []
  for (let turn = 1; turn <= TURNS; turn++) {
    forgetBindings()
    limit = ((whole * turn) / (TURNS + 1)) as Duration
    const { diagnostics } = await analyze(unseen(QUERIES[0] ?? '', turn), schema, ending)
    if (diagnostics.some(({ code }) => code === 'too-complex')) ended++
    limit = undefined
    results.push(await bound(ending))
  }
  assert.ok(ended > 2, String(ended))
  const expected = await bound(guard)
  assert.deepEqual(
    expected.map(({ codes }) => codes.length),
    [0, 0, 0, 0, 1],
  )
  for (const result of results) assert.deepEqual(result, expected)
})
