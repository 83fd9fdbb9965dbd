import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDataExplorerBackend, type DataExplorerDatabase } from '../../src/backends/data-explorer/index.ts'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { QueryRequest } from '../../src/domain/ports.ts'
import { startEmulator } from '../../src/emulator/index.ts'
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
      new AbortController().signal,
    ),
  )
}

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
      const [sent] = server.arrived
      assert.equal(sent?.url, '/v2/rest/query')
      assert.deepEqual(JSON.parse(sent?.body ?? ''), {
        db: 'logs',
        csl: "set query_now = datetime(2026-03-02T07:00:00Z); let DeviceEvents = DeviceEvents | where coalesce(column_ifexists('TimeGenerated', datetime(null)), datetime(2026-03-02T06:00:00Z)) >= datetime(2026-03-02T06:00:00Z) and coalesce(column_ifexists('TimeGenerated', datetime(null)), datetime(2026-03-02T06:00:00Z)) < datetime(2026-03-02T07:00:00Z);\nDeviceEvents\n| count",
        properties: {
          Options: {
            servertimeout: '00:10:00',
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
