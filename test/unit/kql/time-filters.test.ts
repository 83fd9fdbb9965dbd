import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'
import { timeFilters } from '../../../src/kql/index.ts'
import { hours } from '../../../src/time/duration.ts'

const columns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'A', type: 'string' },
] as const
const SCHEMA: WorkspaceSchema = { tables: new Map([['T', { name: 'T', columns }]]), functions: new Map() }

for (const [text, expected] of [
  ['T | where TimeGenerated > ago(1h)', [1]],
  ['T | where A == "x" and (ago(2h) <= TimeGenerated)', [2]],
  ['T | where TimeGenerated between (ago(1d) .. now())', [24]],
  ['let back = 3h; let since = now(-back); T | where TimeGenerated >= since', [3]],
  ['T | where TimeGenerated > now() - time(04:00:00) | where TimeGenerated > ago(90m) - 30m', [2, 4]],
  ['let recent = T | where TimeGenerated > ago(1h); recent | join (T | where TimeGenerated > ago(14d)) on A', [1, 336]],
  ['T | where TimeGenerated > now()', [0]],
  // An upper bound, an alternative, another moment, a computed column, and one that is not plain.
  ['T | where TimeGenerated < ago(1h)', []],
  ['T | where TimeGenerated > ago(1h) or A == "x"', []],
  ['T | where TimeGenerated > datetime(2026-03-02)', []],
  ['T | extend Age = now() - TimeGenerated | where Age < 1h', []],
  ['T | where TimeGenerated > startofday(ago(1d))', []],
  ['T | where TimeGenerated > ago(', []],
  ['T', []],
] as const) {
  test(`${text}: ${expected.join(', ')}`, async () => {
    const found = await timeFilters(text, SCHEMA)
    assert.deepEqual(
      found.map(({ reach }) => reach).sort((one, other) => one - other),
      expected.map((count) => hours(count)),
    )
    for (const { text: shown, position } of found)
      assert.equal(text.slice(position.offset, position.offset + position.length), shown)
  })
}
