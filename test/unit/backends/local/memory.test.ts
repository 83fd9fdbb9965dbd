import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { BackendError } from '../../../../src/domain/errors.ts'
import type { ResultTable } from '../../../../src/domain/kusto.ts'
import { loadedAnswer } from '../../../../src/domain/loaded-answer.ts'
import {
  createLocalBackend,
  createMemoryBackend,
  ingestFolder,
  writeParquet,
} from '../../../../src/backends/local/index.ts'
import { openSession } from '../../../../src/kql/duckdb/session.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { instantFromMillis } from '../../../../src/time/instant.ts'
import { folderWith } from './support.ts'

/** A million groups: 100 MB and more of state. */
const QUERY = `range i from 1 to 1000000 step 1
  | summarize n = count() by key = strcat("a key that is longer than what DuckDB keeps inside of its own cell ", i)
  | summarize groups = count(), most = max(n)`

async function ask(t: TestContext, memoryLimit: string): Promise<ResultTable> {
  const schema = { tables: new Map(), functions: new Map() }
  const backend = createMemoryBackend({ tables: new Map(), schema, memoryLimit, threads: 1 })
  t.after(() => backend.close())
  const request = {
    query: QUERY,
    workspace: 'local',
    window: undefined,
    now: instantFromMillis(0),
    timeout: minutes(5),
  }
  return loadedAnswer(await backend.query(request, new AbortController().signal)).table
}

test('a query whose state is above the memory limit goes on over temporary files', async (t) => {
  assert.deepEqual((await ask(t, '60MB')).rows, [[1_000_000n, 1n]])
})

test('little memory is shared by few threads', async () => {
  const threads = async (memoryLimit: string): Promise<unknown> => {
    const session = await openSession({ readableFolders: [], memoryLimit })
    const rows = await session.connection.runAndReadAll("SELECT current_setting('threads') AS threads")
    session.close()
    return rows.getRowObjectsJS()[0]?.['threads']
  }
  assert.deepEqual([await threads('60MB'), await threads('240MB')], [1n, 1n])
  assert.ok(Number(await threads('64GiB')) >= Math.min(2, availableParallelism()))
})

test('a limit that is too small for any work names the setting', async (t) => {
  await assert.rejects(ask(t, '1MB'), (error) => {
    assert.ok(error instanceof BackendError)
    assert.equal(error.code, 'engine/memory')
    assert.match(String(error.hint), /HUNT_MEMORY/)
    return true
  })
})

async function askFolder(t: TestContext, files: Readonly<Record<string, string>>, memoryLimit: string, query: string) {
  const dataFolder = await folderWith(t, files)
  const schema = { tables: new Map(), functions: new Map() }
  const backend = createLocalBackend({ dataFolder, schema, memoryLimit, threads: 2 })
  t.after(() => backend.close())
  const request = { workspace: 'local', window: undefined, now: instantFromMillis(0), timeout: minutes(1) }
  const { table } = loadedAnswer(await backend.query({ ...request, query }, new AbortController().signal))
  return table.rows
}

test('small files of text are read in little memory', async (t) => {
  const files = { 'A_CL.ndjson': '{"n_d":1}\n', 'B_CL.json': '[{"n_d":2},{"n_d":3}]', 'C_CL.csv': 'n_d\n4\n' }
  assert.deepEqual(await askFolder(t, files, '100MB', 'union A_CL, B_CL, C_CL | summarize sum(toreal(n_d))'), [[10]])
})

test('a table that is larger than the memory is read from where it was spilled to', async (t) => {
  const row = (n: number): string => `${n},${createHash('sha512').update(`${n}`).digest('hex').repeat(3)}\n`
  const lines = Array.from({ length: 400_000 }, (_, n) => row(n)).join('')
  const query = 'A_CL | summarize count(), max(strlen(s)), sum(n_d)'
  const rows = await askFolder(t, { 'A_CL.csv': `n_d,s\n${lines}` }, '100MB', query)
  assert.deepEqual(rows, [[400_000n, 384n, (400_000 * 399_999) / 2]])
})

const LONG = 17_000_000

test('a CSV file has one record that is longer than usual', async (t) => {
  const files = { 'A_CL.csv': `n_d,s\n1,x\n2,"${'y'.repeat(LONG)}"\n3,z\n` }
  const query = 'A_CL | summarize count(), max(strlen(s)), sum(n_d)'
  assert.deepEqual(await askFolder(t, files, '200MB', query), [[3n, BigInt(LONG), 6]])
  await assert.rejects(askFolder(t, files, '20MB', query), (error) => {
    assert.ok(error instanceof BackendError)
    assert.equal(error.code, 'engine/memory')
    assert.match(error.message, /A_CL\.csv/)
    return true
  })
})

test('a Parquet file is made within the limit too', async (t) => {
  const folder = await folderWith(t, { 'rows.ndjson': '{"n":1}\n' })
  const write = (memoryLimit: string) =>
    writeParquet(join(folder, 'rows.ndjson'), [{ name: 'n', type: 'long' }], join(folder, 'n.parquet'), { memoryLimit })
  await assert.rejects(write('1MB'), /Out of Memory/)
  assert.equal(existsSync(join(folder, 'n.parquet')), false)
  await write('200MB')
  assert.equal(existsSync(join(folder, 'n.parquet')), true)
})

test('an ingest sweeps what one that was killed has left', async (t) => {
  const left = join(tmpdir(), `hunt-tables-ingest_test_${process.pid}-99-abcdef`)
  mkdirSync(left)
  const dataFolder = await folderWith(t, { 'A_CL.ndjson': '{"n_d":1}\n' })
  const owner = { host: `ingest_test_${process.pid}`, pid: process.pid, isRunning: () => false }
  const schema = { tables: new Map(), functions: new Map() }
  await ingestFolder({ dataFolder, target: undefined, schema, owner }, new AbortController().signal)
  assert.equal(existsSync(left), false)
})
