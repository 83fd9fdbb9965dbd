import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createLocalBackend, type LocalBackend } from '../../src/backends/local/index.ts'
import { KqlError } from '../../src/domain/errors.ts'
import type { QueryRequest, QueryResult } from '../../src/domain/ports.ts'
import { startEmulator, type RunningEmulator } from '../../src/emulator/index.ts'
import { minutes } from '../../src/time/duration.ts'
import { azureUnderTest, window } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'

/** One record an hour of 2 March 2026, with ticks in the time. */
const RECORDS = Array.from({ length: 24 }, (_, hour) => ({
  TimeGenerated: `2026-03-02T${String(hour).padStart(2, '0')}:00:00.1234567Z`,
  OperationNameValue: hour % 2 === 0 ? 'MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION' : 'Other',
  Caller: `user${hour}@contoso.com`,
  Properties_d: { hour, big: 9007199254740993n.toString(), text: 'é "quoted"' },
}))

let folder: string
let local: LocalBackend
let emulator: RunningEmulator

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hunt-wire-'))
  writeFileSync(join(folder, 'AzureActivity.ndjson'), RECORDS.map((record) => JSON.stringify(record)).join('\n'))
  local = createLocalBackend({ dataFolder: folder, schema: { tables: new Map(), functions: new Map() } })
  emulator = await startEmulator({ backend: local })
})
after(async () => {
  await emulator.close()
  await local.close()
  rmSync(folder, { recursive: true })
})

const both = async (
  request: Pick<QueryRequest, 'query'> & Partial<QueryRequest>,
): Promise<readonly [QueryResult, QueryResult]> => {
  const whole = { window: undefined, now: undefined, timeout: minutes(1), ...request }
  const direct = await local.query({ workspace: 'local', ...whole }, new AbortController().signal)
  return [direct, await azureUnderTest(emulator.url).ask(whole)]
}

describe('the same query gives the same table on both backends', () => {
  const day = window('2026-03-02T06:00:00Z', '2026-03-02T12:00:00Z')
  const rows: readonly (readonly [
    name: string,
    request: Pick<QueryRequest, 'query'> & Partial<QueryRequest>,
    count: number,
  ])[] = [
    [
      'every type',
      {
        query:
          'print b=true, i=int(1), l=9223372036854775807, r=real(nan), m=decimal(1.1), s="é", t=-1d, g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), d=dynamic({"a":[1,"x"]}), n=datetime(null), e=""',
      },
      1,
    ],
    [
      'rows of a table in a window',
      { query: 'AzureActivity | project TimeGenerated, Caller, Properties_d | sort by TimeGenerated asc', window: day },
      6,
    ],
    [
      'an aggregate',
      { query: 'AzureActivity | summarize count() by OperationNameValue | sort by OperationNameValue asc' },
      2,
    ],
    [
      'ago() for a slot',
      {
        query: 'AzureActivity | where TimeGenerated > ago(3h) | project Caller | sort by Caller asc',
        now: at('2026-03-02T12:00:00Z'),
      },
      15,
    ],
    ['nothing', { query: 'AzureActivity | where Caller == "nobody"' }, 0],
  ]
  for (const [name, request, count] of rows) {
    it(name, async () => {
      const [direct, overHttp] = await both(request)
      assert.equal(direct.table.rows.length, count)
      assert.deepEqual(overHttp.table, direct.table)
      assert.equal(overHttp.status, 'complete')
    })
  }
})

it('an unknown column is a KqlError on both', async () => {
  const query = 'AzureActivity\n| where Calller == "x"'
  const request = { query, window: undefined, now: at('2026-03-02T12:00:00Z'), timeout: minutes(1) }
  const failures = [
    local.query({ workspace: 'local', ...request }, new AbortController().signal),
    azureUnderTest(emulator.url).ask(request),
  ]
  for (const failure of failures) {
    await assert.rejects(failure, (error) => {
      assert.ok(error instanceof KqlError, String(error))
      assert.equal(error.position?.offset, query.indexOf('Calller'))
      return true
    })
  }
})

it('a query with faults of both kinds is a syntax error, as the service answers', async () => {
  const response = await fetch(`${emulator.url}/v1/workspaces/${emulator.description.workspace}/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: 'completely invalid syntax' }),
  })
  const { error } = (await response.json()) as { error: { innererror: { code: string; innererror: object } } }
  const { line, pos, token } = { line: 0, pos: 0, token: '', ...error.innererror.innererror }
  // The recording of this very query that contract A6 rests on.
  assert.deepEqual([error.innererror.code, line, pos, token], ['SyntaxError', 1, 11, 'invalid'])
})

it('names the visualization of a query, and none for a query that has none', async () => {
  const renderOf = async (query: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${emulator.url}/v1/workspaces/${emulator.description.workspace}/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Prefer: 'include-render=true' },
      body: JSON.stringify({ query }),
    })
    return ((await response.json()) as { render: Record<string, unknown> }).render
  }
  const drawn = await renderOf(
    "print a = 1, b = 2 | render columnchart with (title='x y', kind=stacked, xcolumn=a, ycolumns=['b'], ymin=-1.5, accumulate=true)",
  )
  const { visualization, title, kind, xColumn, yColumns, yMin, yMax, accumulate } = drawn
  assert.deepEqual(
    [visualization, title, kind, xColumn, yColumns, yMin, yMax, accumulate],
    ['columnchart', 'x y', 'stacked', 'a', ['b'], -1.5, 'NaN', true],
  )
  const older = await renderOf("print a = 1 | render barchart title='x'")
  assert.deepEqual([older['visualization'], older['title'], older['kind']], ['barchart', 'x', null])
  assert.equal((await renderOf("print a = 'render barchart'"))['visualization'], null)
})

it('a hundred queries in a row, good and bad, are all answered', async () => {
  const statuses = new Map<number, number>()
  for (let count = 0; count < 100; count += 1) {
    const query = ['print 1', 'nonsense here', 'AzureActivity | count', 'print toscalar(', 'Missing | take 1'][
      count % 5
    ]
    const response = await fetch(`${emulator.url}/v1/workspaces/${emulator.description.workspace}/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    await response.arrayBuffer()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  }
  assert.deepEqual(Object.fromEntries(statuses), { 200: 40, 400: 60 })
})
