import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, KustoConnectionStringBuilder } from 'azure-kusto-data'
import { createDataExplorerBackend, type DataExplorerDatabase } from '../../src/backends/data-explorer/index.ts'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { QueryRequest } from '../../src/domain/ports.ts'
import { startEmulator } from '../../src/emulator/index.ts'
import type { RunningEmulator } from '../../src/emulator/index.ts'
import type { Duration } from '../../src/domain/time.ts'
import { hours, minutes } from '../../src/time/duration.ts'
import { window } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { recordingClock } from '../support/recording-clock.ts'
import { respondJson, scriptedServer, type ScriptedServer } from '../support/scripted-server.ts'
import { tablesNamed } from '../support/tables-named.ts'

const HOUR = window('2026-03-02T06:00:00Z', '2026-03-02T07:00:00Z')

async function ask(
  cluster: string,
  query: string,
  request: Partial<QueryRequest> = {},
  database: Partial<DataExplorerDatabase> = {},
  signal = new AbortController().signal,
): Promise<ReturnType<typeof loadedAnswer>> {
  const credential = { kind: 'default' as const }
  const backend = createDataExplorerBackend({
    databases: new Map([['contoso', { cluster, database: 'logs', credential, ...database }]]),
    tablesOf: tablesNamed({ DeviceEvents: ['Timestamp', 'TimeGenerated'], Inventory: undefined }),
    clock: recordingClock(at('2026-03-02T12:00:00Z')),
    random: () => 0,
  })
  return loadedAnswer(
    await backend.query(
      { query, window: HOUR, now: HOUR.end, workspace: 'contoso', timeout: minutes(10), ...request },
      signal,
    ),
  )
}

describe('what Kusto’s own clients send to the emulator', () => {
  const tables = new Map([['DeviceEvents', ['a', 'b', 'c'].map((Name) => ({ Name }))]])
  const engine = createMemoryBackend({ tables, schema: { tables: new Map(), functions: new Map() } })
  let emulator: RunningEmulator
  before(async () => {
    emulator = await startEmulator({ backend: engine })
  })
  after(() => emulator.close())
  const send = async (properties: unknown, csl = 'DeviceEvents') => {
    const response = await fetch(`${emulator.url}/v2/rest/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ db: 'logs', csl, properties }),
    })
    const body = (await response.json()) as {
      readonly error?: { readonly '@message': string }
    } & readonly { readonly TableKind?: string; readonly Rows?: readonly unknown[] }[]
    const rows = Array.isArray(body) ? body.find(({ TableKind }) => TableKind === 'PrimaryResult')?.Rows : undefined
    return { status: response.status, words: body.error?.['@message'] ?? '', rows: rows?.length }
  }

  it('is read by azure-kusto-data as it comes from npm', async () => {
    const client = new Client(new KustoConnectionStringBuilder(emulator.url))
    const { primaryResults } = await client.execute('logs', 'DeviceEvents | summarize n = count(), biggest = max(Name)')
    assert.deepEqual(primaryResults[0]?.toJSON(), { name: 'PrimaryResult', data: [{ n: 3, biggest: 'c' }] })
    await assert.rejects(client.execute('logs', 'DeviceEvents | where Nothing'), /status code 400/)
  })
  it('is told where to log in before it has a token', async () => {
    const response = await fetch(`${emulator.url}/v1/rest/auth/metadata`)
    const { AzureAD } = (await response.json()) as { AzureAD: Record<string, unknown> }
    assert.deepEqual(
      [AzureAD['LoginEndpoint'], AzureAD['LoginMfaRequired'], AzureAD['KustoServiceResourceId']],
      [emulator.url, false, 'https://kusto.kusto.windows.net'],
    )
  })
  for (const [what, properties, rows] of [
    ['nothing', null, 3],
    ['a time with a fraction', { Options: { servertimeout: '00:01:00.000' } }, 3],
    ['no limit of time', { Options: { norequesttimeout: true } }, 3],
    ['no limit of rows', { Options: { notruncation: true } }, 3],
    // Two rows, and the bag of what went wrong.
    ['a limit of its own', { Options: { truncationmaxrecords: 2 } }, 3],
    ['an id', { ClientRequestId: 'x', Parameters: {} }, 3],
    // As azure-kusto-data for Python sends them.
    ['text that holds JSON', JSON.stringify({ Options: { servertimeout: '0:01:00' } }), 3],
  ] as const) {
    it(`may ask with ${what}`, async () => {
      const answer = await send(properties)
      assert.deepEqual([answer.status, answer.rows], [200, rows], answer.words)
    })
  }
  for (const [what, properties, words] of [
    ['an unknown property', { Options: { other: 1 } }, /'other' is not known/],
    ['text that holds none', '{"Options"', /not JSON/],
    ['a limit that is none', { Options: { truncationmaxrecords: 0 } }, /truncationmaxrecords is no whole number/],
    ['the value of a parameter, which no query would see', { Parameters: { n: 3 } }, /query parameter 'n'/],
  ] as const) {
    it(`is told what is wrong with ${what}`, async () => {
      const answer = await send(properties, 'declare query_parameters(n:long = 5); print n')
      assert.equal(answer.status, 400)
      assert.match(answer.words, words)
    })
  }
})

describe('the window over a database', () => {
  it('is partly searched where it begins before what the settings say is kept', async () => {
    const engine = createMemoryBackend({
      tables: new Map([['DeviceEvents', [{ Timestamp: '2026-03-02T06:30:00Z' }]]]),
      schema: { tables: new Map(), functions: new Map() },
    })
    const emulator = await startEmulator({ backend: engine })
    try {
      const asked = async (retention: Duration) => {
        const answer = await ask(emulator.url, 'DeviceEvents', {}, { retention })
        return [answer.table.rows.length, answer.partialError?.code]
      }
      assert.deepEqual(await asked(hours(6)), [1, undefined])
      assert.deepEqual(await asked(hours(5)), [1, 'backend/beyond-retention'])
    } finally {
      await emulator.close()
    }
  })

  it('is half-open to the tick on the column that is configured, and leaves what has none whole', async () => {
    const rows = ['05:59:59.9999999', '06:00:00.0000000', '06:59:59.9999999', '07:00:00.0000000']
    const engine = createMemoryBackend({
      tables: new Map<string, readonly Record<string, string>[]>([
        ['DeviceEvents', rows.map((time) => ({ Timestamp: `2026-03-02T${time}Z` }))],
        ['Inventory', [{ Name: 'a' }, { Name: 'b' }]],
      ]),
      schema: { tables: new Map(), functions: new Map() },
    })
    const emulator = await startEmulator({ backend: engine })
    try {
      const query = 'union (DeviceEvents | count), (Inventory | count) | order by Count asc'
      const { table } = await ask(
        emulator.url,
        `DeviceEvents | order by Timestamp asc`,
        {},
        { timeColumn: 'Timestamp' },
      )
      assert.deepEqual(table.rows, [['2026-03-02T06:00:00Z'], ['2026-03-02T06:59:59.9999999Z']])
      assert.deepEqual((await ask(emulator.url, query, {}, { timeColumn: 'Timestamp' })).table.rows, [[2n], [2n]])
    } finally {
      await emulator.close()
      await engine.close()
    }
  })
})

const HEADER = { FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' }
const result = (...rows: readonly unknown[]) => ({
  FrameType: 'DataTable',
  TableId: 1,
  TableKind: 'PrimaryResult',
  TableName: 'PrimaryResult',
  Columns: [
    { ColumnName: 'n', ColumnType: 'long' },
    { ColumnName: 'd', ColumnType: 'dynamic' },
  ],
  Rows: rows,
})
const END = { FrameType: 'DataSetCompletion', HasErrors: false, Cancelled: false }
const TOO_LARGE = {
  error: { code: 'LimitsExceeded', message: 'invalid', '@message': 'limits (80DA0003): E_QUERY_RESULT_SET_TOO_LARGE' },
}

/** A table beside the result, as the service has it. */
const news = (level: number) => ({
  FrameType: 'DataTable',
  TableKind: 'QueryCompletionInformation',
  TableName: 'QueryCompletionInformation',
  Columns: [
    { ColumnName: 'Level', ColumnType: 'int' },
    { ColumnName: 'StatusCodeName', ColumnType: 'string' },
    { ColumnName: 'Payload', ColumnType: 'string' },
  ],
  Rows: [
    [4, 'S_OK (0)', '{"Count":1,"Text":"Query completed successfully"}'],
    [level, 'E_FAIL', '{"Text":"E_QUERY_RESULT_SET_TOO_LARGE"}'],
  ],
})

async function against<Result>(document: unknown, work: (server: ScriptedServer) => Promise<Result>): Promise<Result> {
  const server = await scriptedServer(respondJson(200, document))
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

describe('what is sent', () => {
  it('names database, time scope, time limit and that nothing may be written', async () => {
    await against([HEADER, result(), END], async (server) => {
      await ask(server.url, 'DeviceEvents\n| count')
      assert.equal(server.arrived.length, 1, 'nobody is asked where to log in')
      const [sent] = server.arrived
      assert.equal(sent?.url, '/v2/rest/query')
      assert.deepEqual(JSON.parse(sent?.body ?? ''), {
        db: 'logs',
        csl: "set query_now = datetime(2026-03-02T07:00:00Z); let DeviceEvents = DeviceEvents | where coalesce(column_ifexists('TimeGenerated', datetime(null)), datetime(2026-03-02T06:00:00Z)) >= datetime(2026-03-02T06:00:00Z) and coalesce(column_ifexists('TimeGenerated', datetime(null)), datetime(2026-03-02T06:00:00Z)) < datetime(2026-03-02T07:00:00Z);\nDeviceEvents\n| count",
        properties: {
          Options: {
            servertimeout: '00:10:00.000',
            request_readonly: true,
            results_progressive_enabled: false,
            query_datetimescope_column: 'TimeGenerated',
            query_datetimescope_from: '2026-03-02T06:00:00Z',
            query_datetimescope_to: '2026-03-02T07:00:00Z',
          },
        },
      })
    })
  })

  it('goes below the path of the cluster, whatever stands in it, and says nothing of this machine and its user', async () => {
    await against([HEADER, result(), END], async (server) => {
      await ask(`${server.url}/lake/kql;a=b`, 'DeviceEvents')
      const [sent] = server.arrived
      assert.equal(sent?.url, '/lake/kql;a=b/v2/rest/query')
      const { headers = {} } = sent ?? {}
      assert.equal(headers['x-ms-app'], 'hunt')
      assert.equal(headers['x-ms-user'], undefined)
      assert.match(String(headers['x-ms-client-request-id']), /^hunt;[0-9a-f-]{36}$/)
      assert.equal(headers['authorization'], undefined, 'no token goes over plain http')
      assert.doesNotMatch(JSON.stringify(headers), /\.mjs|\.ts/, 'no path of a program')
    })
  })

  it('can be cancelled, one query beside others', async () => {
    const server = await scriptedServer(() => undefined)
    try {
      const gone = new AbortController()
      const asked = ask(server.url, 'DeviceEvents', {}, {}, gone.signal)
      while (server.arrived.length === 0) await delay(5)
      gone.abort(new Error('enough'))
      await assert.rejects(asked, /enough/)
    } finally {
      await server.close()
    }
  })
})

describe('answers', () => {
  it('have dynamic values as they are, and longs whole', async () => {
    const rows = '[[9223372036854775807,{"a":[1.10,"x\\"y"]}],[1,"text"],[2,[]]]'
    const text = JSON.stringify([HEADER, result('ROWS'), END]).replace('["ROWS"]', rows)
    const server = await scriptedServer((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(text)
    })
    try {
      const { table } = await ask(server.url, 'DeviceEvents')
      assert.deepEqual(table.rows, [
        [9223372036854775807n, '{"a":[1.10,"x\\"y"]}'],
        [1n, 'text'],
        [2n, '[]'],
      ])
    } finally {
      await server.close()
    }
  })

  const partial: readonly (readonly [name: string, frames: readonly unknown[], code: string, rows: number])[] = [
    [
      'a bag among the rows',
      [HEADER, result([1, null], { OneApiErrors: [TOO_LARGE] }), END],
      'backend/result-truncated',
      1,
    ],
    ['a bag alone', [HEADER, result({ OneApiErrors: [TOO_LARGE] }), END], 'backend/result-truncated', 0],
    [
      'errors in the end',
      [HEADER, result([1, null]), { ...END, HasErrors: true, OneApiErrors: [TOO_LARGE] }],
      'backend/result-truncated',
      1,
    ],
    ['an error among the news of the query', [HEADER, result([1, null]), news(2), END], 'backend/result-truncated', 1],
    [
      'errors in another frame',
      [HEADER, result([1, null]), { FrameType: 'TableCompletion', OneApiErrors: [TOO_LARGE] }, END],
      'backend/result-truncated',
      1,
    ],
    [
      'errors that are no list',
      [HEADER, result([1, null]), { ...END, OneApiErrors: TOO_LARGE }],
      'backend/result-truncated',
      1,
    ],
    [
      'an end that does not say that there are none',
      [HEADER, result([1, null]), { FrameType: 'DataSetCompletion' }],
      'backend/partial-result',
      1,
    ],
    ['errors without words', [HEADER, result([1, null]), { ...END, HasErrors: true }], 'backend/partial-result', 1],
    [
      'a query that was cancelled',
      [HEADER, result([1, null]), { ...END, Cancelled: true }],
      'backend/partial-result',
      1,
    ],
  ]
  for (const [name, frames, code, rows] of partial) {
    it(`with ${name} are partial`, async () => {
      const { status, partialError, table } = await against(frames, (server) => ask(server.url, 'DeviceEvents'))
      assert.deepEqual([status, partialError?.code, table.rows.length], ['partial', code, rows])
    })
  }

  it('with a warning among the news of the query are whole, and say so', async () => {
    const frames = [HEADER, result([1, null]), news(3), news(4), END]
    const { status, warnings } = await against(frames, (server) => ask(server.url, 'DeviceEvents'))
    assert.deepEqual([status, warnings], ['complete', ['the service warns: E_QUERY_RESULT_SET_TOO_LARGE']])
  })

  for (const [name, frames] of [
    ['a frame that is none', [HEADER, null, result([1, null]), END]],
    ['two ends', [HEADER, result([1, null]), { ...END, HasErrors: true }, END]],
  ] as const) {
    it(`with ${name} are none`, async () => {
      await assert.rejects(
        against(frames, (server) => ask(server.url, 'DeviceEvents')),
        { code: 'backend/unreadable-answer' },
      )
    })
  }

  it('with two results are partial: nothing says which is meant', async () => {
    const frames = [HEADER, result([1, null]), result([2, null]), END]
    const { status, partialError, table } = await against(frames, (server) => ask(server.url, 'DeviceEvents'))
    assert.deepEqual([status, partialError?.code, table.rows.length], ['partial', 'backend/several-results', 1])
  })

  it('without their last frame are none, nor without a result', async () => {
    await assert.rejects(
      against([HEADER, result([1, null])], (server) => ask(server.url, 'DeviceEvents')),
      {
        code: 'backend/cut-answer',
      },
    )
    await assert.rejects(
      against([HEADER, END], (server) => ask(server.url, 'DeviceEvents')),
      {
        code: 'backend/unreadable-answer',
      },
    )
    await assert.rejects(
      against({ tables: [] }, (server) => ask(server.url, 'DeviceEvents')),
      {
        code: 'backend/unreadable-answer',
      },
    )
  })
})

describe('settings that cannot work', () => {
  it('are refused at once', async () => {
    await assert.rejects(ask('http://c.example.com', 'DeviceEvents'), { code: 'config/endpoint' })
    await assert.rejects(ask('https://c.example.com', 'DeviceEvents', { across: ['other'] }), {
      code: 'config/across-service',
    })
  })
})
