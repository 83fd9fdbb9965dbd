import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { BackendError } from '../../../../src/domain/errors.ts'
import type { ResultTable } from '../../../../src/domain/kusto.ts'
import { loadedAnswer } from '../../../../src/domain/loaded-answer.ts'
import { createLocalBackend, createMemoryBackend } from '../../../../src/backends/local/index.ts'
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

test('a limit that is too small for any work names the setting', async (t) => {
  await assert.rejects(ask(t, '1MB'), (error) => {
    assert.ok(error instanceof BackendError)
    assert.equal(error.code, 'engine/memory')
    assert.match(String(error.hint), /HUNT_MEMORY/)
    return true
  })
})

test('a small JSON file is read in little memory', async (t) => {
  const dataFolder = await folderWith(t, { 'A_CL.ndjson': '{"n_d":1}\n', 'B_CL.json': '[{"n_d":2},{"n_d":3}]' })
  const schema = { tables: new Map(), functions: new Map() }
  const backend = createLocalBackend({ dataFolder, schema, memoryLimit: '200MB', threads: 2 })
  t.after(() => backend.close())
  const request = { workspace: 'local', window: undefined, now: instantFromMillis(0), timeout: minutes(1) }
  const query = 'union A_CL, B_CL | summarize sum(toreal(n_d))'
  const { table } = loadedAnswer(await backend.query({ ...request, query }, new AbortController().signal))
  assert.deepEqual(table.rows, [[6]])
})
