import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDefenderXdrBackend, type DefenderXdrOptions } from '../../src/backends/defender-xdr/index.ts'
import { createMemoryBackend, type LocalBackend } from '../../src/backends/local/index.ts'
import { KqlError } from '../../src/domain/errors.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { Backend, QueryRequest } from '../../src/domain/ports.ts'
import { startEmulator, type RunningEmulator } from '../../src/emulator/index.ts'
import { days, minutes } from '../../src/time/duration.ts'
import { window } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { recordingClock } from '../support/recording-clock.ts'
import { respondJson, scriptedServer } from '../support/scripted-server.ts'
import { tablesNamed } from '../support/tables-named.ts'

/** As Defender XDR has it: no TimeGenerated. One event an hour, to the tick before the next one. */
const EVENTS = [
  { Timestamp: '2026-03-02T05:59:59.9999999Z', ReportId: '1' },
  { Timestamp: '2026-03-02T06:00:00.0000000Z', ReportId: '2' },
  { Timestamp: '2026-03-02T06:59:59.9999999Z', ReportId: '3' },
  { Timestamp: '2026-03-02T07:00:00.0000000Z', ReportId: '4' },
]
const HOUR = window('2026-03-02T06:00:00Z', '2026-03-02T07:00:00Z')
const TABLES = { DeviceEvents: ['Timestamp', 'TimeGenerated', 'ReportId'], Inventory: ['Name'], Odd_CL: undefined }

let engine: LocalBackend
let emulator: RunningEmulator

before(async () => {
  engine = createMemoryBackend({
    tables: new Map<string, readonly Record<string, string>[]>([
      ['DeviceEvents', EVENTS],
      ['Inventory', [{ Name: 'a' }, { Name: 'b' }]],
      ['Odd_CL', EVENTS],
    ]),
    schema: { tables: new Map(), functions: new Map() },
  })
  emulator = await startEmulator({ backend: engine })
})
after(async () => {
  await emulator.close()
  await engine.close()
})

function open(graphEndpoint: string, options: Partial<DefenderXdrOptions> = {}): Backend {
  return createDefenderXdrBackend({
    graphEndpoint,
    tenants: new Map([['contoso', { credential: { kind: 'default' }, retention: days(30) }]]),
    tablesOf: tablesNamed(TABLES),
    clock: recordingClock(at('2026-03-02T12:00:00Z')),
    random: () => 0,
    ...options,
  })
}

const ask = async (
  query: string,
  request: Partial<QueryRequest> = {},
  backend: Backend = open(emulator.url),
): Promise<ReturnType<typeof loadedAnswer>> =>
  loadedAnswer(
    await backend.query(
      { query, window: HOUR, now: HOUR.end, workspace: 'contoso', timeout: minutes(10), ...request },
      new AbortController().signal,
    ),
  )
const idsOf = async (query: string): Promise<unknown[]> =>
  (await ask(`${query} | project ReportId | order by ReportId asc`)).table.rows.map(([id]) => String(id))

describe('the window over tables that have Timestamp only', () => {
  it('is half-open to the tick', async () => {
    assert.deepEqual(await idsOf('DeviceEvents'), ['2', '3'])
  })
  it('holds for a table that the catalogue does not know', async () => {
    assert.deepEqual(await idsOf('Odd_CL'), ['2', '3'])
  })
  it('leaves an inventory whole', async () => {
    assert.equal((await ask('Inventory')).table.rows.length, 2)
  })
  it('lets rules of Sentinel read TimeGenerated', async () => {
    assert.deepEqual(await idsOf('DeviceEvents | where TimeGenerated > ago(30m)'), ['3'])
  })
  it('refuses TimeGenerated where it cannot be given, rather than find nothing', async () => {
    await assert.rejects(ask('union isfuzzy=true DeviceEvents | where TimeGenerated > ago(30m)'), (error) => {
      assert.ok(error instanceof KqlError)
      assert.match(error.hint ?? '', /use Timestamp there/)
      return true
    })
  })
  it('refuses a window of which nothing is kept any more', async () => {
    const old = window('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')
    await assert.rejects(ask('DeviceEvents', { window: old }), { code: 'backend/beyond-retention', retryable: false })
  })
  it('tells of a window that begins before what is kept, with what there is', async () => {
    const asked = async (start: string): Promise<unknown> => {
      const answer = await ask('DeviceEvents | count', { window: { start: at(start), end: HOUR.end } })
      const { code, message } = answer.partialError ?? {}
      return [answer.status, answer.table.rows[0]?.[0], code, /older than (\S+) was not/.exec(message ?? '')?.[1]]
    }
    const oldest = '2026-01-31T12:00:00Z'
    assert.deepEqual(await asked(oldest), ['complete', 3n, undefined, undefined])
    assert.deepEqual(await asked('2026-01-31T11:59:59Z'), ['partial', 3n, 'backend/beyond-retention', oldest])
  })
})

describe('what is sent', () => {
  it('is the query behind slot and tables on one line, and the window as Timespan', async () => {
    const server = await scriptedServer(respondJson(200, { schema: [], results: [] }))
    try {
      await ask('DeviceEvents\n| count', {}, open(server.url))
      const [sent] = server.arrived
      assert.equal(sent?.url, '/v1.0/security/runHuntingQuery')
      assert.deepEqual(JSON.parse(sent?.body ?? ''), {
        Query:
          'set query_now = datetime(2026-03-02T07:00:00Z); let DeviceEvents = DeviceEvents | where Timestamp >= datetime(2026-03-02T06:00:00Z) and Timestamp < datetime(2026-03-02T07:00:00Z);\nDeviceEvents\n| count',
        Timespan: '2026-03-02T06:00:00Z/2026-03-02T07:00:00Z',
      })
      assert.match(String(sent?.headers['client-request-id']), /^[0-9a-f-]{36}$/)
      assert.equal(sent?.headers['authorization'], undefined)
    } finally {
      await server.close()
    }
  })
})

describe('answers', () => {
  const read = async (document: unknown): Promise<ReturnType<typeof loadedAnswer>> => {
    const server = await scriptedServer(...Array.from({ length: 3 }, () => respondJson(200, document)))
    try {
      return await ask('DeviceEvents', {}, open(server.url))
    } finally {
      await server.close()
    }
  }
  it('may have objects for dynamic values, numbers for bools, small first letters and members more', async () => {
    const { table } = await read({
      schema: [
        { Name: 'Data', Type: 'Object' },
        { Name: 'IsIt', Type: 'SByte' },
        { Name: 'FileName', Type: 'String' },
        { Name: 'Gone', Type: 'Int64' },
      ],
      results: [{ 'Data@odata.type': '#x', Data: { a: [1.5, 'x'] }, isIt: 1, fileName: 'cmd.exe' }],
    })
    assert.deepEqual(
      table.columns.map(({ type }) => type),
      ['dynamic', 'bool', 'string', 'long'],
    )
    assert.deepEqual(table.rows, [['{"a":[1.5,"x"]}', true, 'cmd.exe', null]])
  })
  it('of the most rows that there are count as partial: nothing tells of more', async () => {
    const results = Array.from({ length: 100_000 }, () => ({ n: 1 }))
    const { status, partialError } = await read({ schema: [{ name: 'n', type: 'Int32' }], results })
    assert.equal(status, 'partial')
    assert.equal(partialError?.code, 'backend/result-truncated')
  })
  it('that are not UTF-8 are refused', async () => {
    const document = '{"schema":[{"name":"s","type":"String"}],"results":[{"s":"\u00e9"}]}'
    const server = await scriptedServer((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(Buffer.from(document, 'latin1'))
    })
    try {
      await assert.rejects(ask('DeviceEvents', {}, open(server.url)), /not UTF-8/)
    } finally {
      await server.close()
    }
  })
  it('that are none are refused: no results, a type unknown, a row that is a list, members or columns too many', async () => {
    for (const document of [
      { schema: [] },
      { schema: [{ name: 'n', type: 'Wide' }], results: [] },
      { schema: [{ name: 'n', type: 'Int32' }], results: [[1]] },
      { schema: [{ name: 'n', type: 'Int32' }], results: [{ n: 'one' }] },
      { schema: [{ name: 'n', type: 'Int32' }], results: [{ n: 1, m: 2 }] },
      {
        schema: [
          { name: 'n', type: 'Int32' },
          { name: 'n', type: 'Int32' },
        ],
        results: [{ n: 1 }],
      },
    ]) {
      await assert.rejects(read(document), { code: 'backend/unreadable-answer' })
    }
  })
})

describe('settings that cannot work', () => {
  it('are refused at once: a cloud without advanced hunting, http elsewhere', () => {
    const { graphEndpoint: _none, ...inChina } = { ...optionsOf(), cloud: 'china' as const }
    assert.throws(() => createDefenderXdrBackend(inChina), { code: 'config/no-such-service' })
    assert.throws(() => open('http://graph.example.com'), { code: 'config/endpoint' })
  })
  it('so is a query over workspaces', async () => {
    await assert.rejects(ask('DeviceEvents', { across: ['fabrikam'] }), { code: 'config/across-service' })
  })
})

function optionsOf(): DefenderXdrOptions {
  return {
    graphEndpoint: emulator.url,
    tenants: new Map(),
    tablesOf: tablesNamed({}),
    clock: recordingClock(at('2026-03-02T12:00:00Z')),
    random: () => 0,
  }
}
