import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createLocalBackend } from '../../../src/backends/local/index.ts'
import { writeSlice } from '../../../src/cli/compose-slice.ts'
import { BackendError } from '../../../src/domain/errors.ts'
import type { Row } from '../../../src/domain/kusto.ts'
import { loadedAnswer } from '../../../src/domain/loaded-answer.ts'
import type { Backend, QueryRequest, QueryResult } from '../../../src/domain/ports.ts'
import { compareResults, sliceOf } from '../../../src/extract/index.ts'
import { minutes } from '../../../src/time/duration.ts'
import { formatInstant, parseInstant } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { table } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const WINDOW = { start: at('2026-03-02T00:00:00Z'), end: at('2026-03-03T00:00:00Z') }
const { signal } = new AbortController()

/** A service whose answers hold so many rows, over one row a minute; `fault` gives another partial answer. */
function limited(most: number, fault?: string): Backend & { readonly asked: QueryRequest[] } {
  const asked: QueryRequest[] = []
  const rows: Row[] = Array.from({ length: 1440 }, (_, minute) => [
    formatInstant((WINDOW.start + minute * 60_000) as typeof WINDOW.start),
    BigInt(minute),
  ])
  return {
    name: 'azure',
    asked,
    close: async () => undefined,
    async query(request): Promise<QueryResult> {
      asked.push(request)
      const { window } = request
      assert.ok(window !== undefined)
      const inside = rows.filter(([time]) => {
        const instant = parseInstant(String(time)) ?? Number.NaN
        return instant >= window.start && instant < window.end
      })
      const columns = { TimeGenerated: 'datetime', N: 'long' } as const
      if (inside.length <= most && fault === undefined) {
        return { status: 'complete', table: table(columns, ...inside), warnings: [] }
      }
      const code = fault ?? 'backend/result-truncated'
      const partialError = { code, message: 'cut', retryable: false, context: {} }
      return { status: 'partial', table: table(columns, ...inside.slice(0, most)), warnings: [], partialError }
    },
  }
}

const sourceOf = (backend: Backend) => ({ backend, workspace: 'prod', timeout: minutes(3), now: WINDOW.end })

async function numbersOf(backend: Backend): Promise<readonly unknown[]> {
  const numbers: unknown[] = []
  for await (const {
    table: { rows },
  } of sliceOf('Heartbeat', WINDOW, sourceOf(backend), signal))
    for (const row of rows) numbers.push(row[1])
  return numbers
}

describe('a slice of a table', () => {
  it('comes whole and in order, in as many parts as the limit makes necessary', async () => {
    const whole = limited(1440)
    const expected = await numbersOf(whole)
    assert.equal(expected.length, 1440)
    assert.equal(whole.asked.length, 1)
    const parts = limited(100)
    assert.deepEqual(await numbersOf(parts), expected)
    assert.ok(parts.asked.length > 15)
  })

  it('is refused where a single moment is too large, and for other partial answers', async () => {
    await assert.rejects(numbersOf(limited(0)), { code: 'extract/too-many-rows' })
    await assert.rejects(numbersOf(limited(5000, 'backend/engine-error')), { code: 'backend/engine-error' })
  })

  it('is written whole or not at all', async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'Heartbeat.ndjson')
    const failing = limited(100)
    const good = failing.query
    failing.query = async (request, aborted) => {
      if (failing.asked.length > 5) throw new BackendError({ code: 'backend/unavailable', message: 'down' })
      return good(request, aborted)
    }
    const request = { table: 'Heartbeat', window: WINDOW, path, format: 'ndjson' } as const
    await assert.rejects(writeSlice(request, sourceOf(failing), signal), { code: 'backend/unavailable' })
    assert.equal(existsSync(path), false)
    const { rows, parts } = await writeSlice(request, sourceOf(limited(400)), signal)
    assert.deepEqual([rows, parts], [1440, 4])
    assert.equal(readFileSync(path, 'utf8').split('\n').filter(Boolean).length, 1440)
  })

  it('loses nothing on the way through a file, in either form', async (t) => {
    const columns = {
      TimeGenerated: 'datetime',
      L: 'long',
      R: 'real',
      S: 'string',
      D: 'dynamic',
      T: 'timespan',
      B: 'bool',
      G: 'guid',
      I: 'int',
      M: 'decimal',
      Old: 'datetime',
      // Kusto tells names apart by case, as in DeviceProcessEvents; Parquet as DuckDB writes it does not.
      OLD: 'long',
      old: 'string',
    } as const
    const rows: Row[] = [
      [
        '2026-03-02T00:00:00.1234567Z',
        9223372036854775807n,
        0.1,
        'a\n"b"',
        '{"a":[1,{"b":"é"}]}',
        '1.02:03:04.0000005',
        true,
        '0e0e0e0e-0000-4000-8000-000000000001',
        7,
        '1.1',
        '0001-01-01T00:00:00Z',
        1n,
        'x',
      ],
      ['2026-03-02T10:00:00Z', null, null, '', null, null, null, null, null, null, null, 2n, ''],
      [
        '2026-03-02T11:00:00Z',
        -9223372036854775808n,
        -1.5e300,
        '=1+1',
        'text',
        '-00:00:01',
        false,
        null,
        -2147483648,
        '0',
        '9999-12-31T23:59:59.9999999Z',
        null,
        'y',
      ],
    ]
    const all = table(columns, ...rows)
    const backend: Backend = {
      name: 'azure',
      close: async () => undefined,
      query: async () => ({ status: 'complete', table: all, warnings: [] }),
    }
    const schema = { tables: new Map([['Kinds', { name: 'Kinds', columns: all.columns }]]), functions: new Map() }
    for (const format of ['ndjson', 'parquet'] as const) {
      const folder = tempFolder(t)
      await writeSlice(
        { table: 'Kinds', window: WINDOW, path: join(folder, `Kinds.${format}`), format },
        sourceOf(backend),
        signal,
      )
      const local = createLocalBackend({ dataFolder: folder, schema })
      try {
        const asked = { query: 'Kinds', window: WINDOW, now: WINDOW.end, workspace: 'local', timeout: minutes(3) }
        const read = await local.query(asked, signal)
        assert.deepEqual(
          compareResults(all, loadedAnswer(read).table),
          { equal: true, columns: [], rows: { service: 3, local: 3, both: 3 }, onlyService: [], onlyLocal: [] },
          format,
        )
      } finally {
        await local.close()
      }
    }
  })
})

describe('two answers to one query', () => {
  const left = table({ A: 'string', N: 'long' }, ['x', 1n], ['x', 1n], ['y', 2n])
  it('are equal whatever their order', () => {
    assert.equal(compareResults(left, { ...left, rows: [...left.rows].reverse() }).equal, true)
  })
  it('differ where one has a row more often', () => {
    const report = compareResults(left, table({ A: 'string', N: 'long' }, ['x', 1n], ['y', 2n], ['z', 3n]))
    assert.deepEqual(
      [report.equal, report.rows.both, report.onlyService, report.onlyLocal],
      [false, 2, [['x', 1n]], [['z', 3n]]],
    )
  })
  it('differ by type: the number 1 is not the text 1, null not the empty text', () => {
    const dynamic = (cell: Row[number]) => table({ A: 'dynamic' }, [cell])
    assert.equal(compareResults(dynamic(1), dynamic('1')).equal, false)
    assert.equal(compareResults(dynamic(null), dynamic('')).equal, false)
  })
  it('with other columns have no rows in common', () => {
    const report = compareResults(left, table({ A: 'string', N: 'int' }))
    assert.deepEqual(report.columns, [
      { position: 1, service: { name: 'N', type: 'long' }, local: { name: 'N', type: 'int' } },
    ])
    assert.equal(report.equal, false)
  })
})
