import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'
import { rowLocality } from '../../../src/kql/index.ts'

const column = (name: string, type: 'datetime' | 'string' | 'dynamic') => ({ name, type })
const SCHEMA: WorkspaceSchema = {
  tables: new Map(
    [
      { name: 'T', columns: [column('TimeGenerated', 'datetime'), column('A', 'string'), column('D', 'dynamic')] },
      { name: 'U', columns: [column('TimeGenerated', 'datetime'), column('A', 'string')] },
      { name: 'Timeless', columns: [column('A', 'string')] },
    ].map((table) => [table.name, table]),
  ),
  functions: new Map([['saved', { name: 'saved', parameters: '', columns: undefined, body: 'U | summarize by A' }]]),
}

for (const text of [
  'T',
  "T | where A has 'x' | extend B = toupper(A) | project TimeGenerated, B | sort by TimeGenerated desc",
  'T | mv-expand D | parse A with x:string "=" y | project-away D | render table',
  "let since = 1h; let names = dynamic(['a']); T | where TimeGenerated > ago(since) and A in (names)",
  "let V = T | where A == 'x'; union V, (U | where A == 'y') | extend now()",
  "let names = datatable(a: string)['x']; T | where A in (names)",
  "let f = (s: string) { strcat(s, 'x') }; T | extend B = f(A)",
]) {
  test(`row-local: ${text}`, async () => {
    assert.deepEqual(await rowLocality(text, SCHEMA), { isRowLocal: true })
  })
}

for (const [text, because, at] of [
  ['T | summarize count() by A', 'summarize', 'summarize'],
  ['T | where A == "x" | take 10', 'take', 'take'],
  ['T | distinct A', 'distinct', 'distinct'],
  ['T | join kind=inner U on A', 'join', 'join'],
  ['T | count', 'count', 'count'],
  ['set query_take_max_records=5; T', 'query_take_max_records', 'set query_take_max_records=5'],
  ['T | extend B = A | make-graph A --> B | graph-match (x)-[e]->(y) project e.A', 'make-graph', 'make-graph'],
  ['T | sort by A asc | extend B = prev(A)', 'prev()', 'prev'],
  ['T | sort by A asc | extend B = // of the row before\n prev(A)', 'prev()', 'prev'],
  ['T | where A in (U | project A)', 'U inside of an expression', 'U | project'],
  ['let names = U | distinct A; T | where A in (names)', 'U inside of an expression', 'U | distinct'],
  ['let names = toscalar(U | summarize make_set(A)); T | where A in (names)', 'U inside', 'U | summ'],
  ['let f = (s: string) { toscalar(U | where A == s | count) }; T | extend B = f("x")', 'U inside', 'U | where'],
  ['Timeless | where A == "x"', 'Timeless, which has no TimeGenerated', 'Timeless'],
  ['union T, Timeless', 'Timeless, which has no TimeGenerated', 'Timeless'],
  ['saved', 'saved', 'saved'],
  ['print 1', 'print', 'print'],
  ['search "x"', 'search', 'search'],
  ['Unknown_CL | where x == 1', 'what our catalogue does not know', 'Unknown_CL'],
  ['T | where', 'what our catalogue does not know', ''],
] as const) {
  test(`not row-local: ${text}`, async () => {
    const locality = await rowLocality(text, SCHEMA)
    assert.ok(!locality.isRowLocal)
    assert.ok(locality.because.startsWith(because), locality.because)
    assert.ok(text.slice(locality.position.offset).startsWith(at), JSON.stringify(locality.position))
  })
}
