import assert from 'node:assert/strict'
import { pbkdf2 } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { DuckDBConnection } from '@duckdb/node-api'
import { createWorkGuard } from '../../../../src/cli/work-guard.ts'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { unlessLost } from '../../../../src/backends/local/lost-query.ts'
import { BackendError } from '../../../../src/domain/errors.ts'
import type { Duration } from '../../../../src/domain/time.ts'
import { milliseconds, minutes } from '../../../../src/time/duration.ts'
import { folderWith } from './support.ts'

const schema = { tables: new Map(), functions: new Map() }

/** Stands for a statement that DuckDB does not give back: its thread of libuv is busy for seconds, and nothing ends it. */
function holdStatements(t: TestContext, naming: string): void {
  const run = DuckDBConnection.prototype.run
  t.mock.method(DuckDBConnection.prototype, 'run', function (this: DuckDBConnection, ...args: Parameters<typeof run>) {
    if (!args[0].includes(naming)) return run.apply(this, args)
    return new Promise((_resolve, reject) => {
      pbkdf2('', '', 3_000_000, 64, 'sha512', () => reject(new Error('interrupted at last')))
    })
  })
}

test('a query that DuckDB does not give back is given up, and the next one has an engine of its own', async (t) => {
  holdStatements(t, 'Stuck')
  let lost = 0
  const dataFolder = await folderWith(t, { 'T.ndjson': '{"Fine":2}\n' })
  const guard = createWorkGuard(
    () => undefined,
    () => lost++,
  )
  const backend = createLocalBackend({ dataFolder, schema, guard, patience: milliseconds(200) })
  const ask = (query: string, timeout: Duration, signal = new AbortController().signal) =>
    backend.query({ query, window: undefined, now: undefined, workspace: 'local', timeout }, signal)

  // The language service loads, for which the short time below is not meant.
  await ask('T | count', minutes(1))
  await assert.rejects(ask('T | summarize Stuck = count() by Fine', milliseconds(300)), (error) => {
    assert.ok(error instanceof BackendError)
    assert.equal(error.code, 'local/lost-query')
    assert.equal(error.retryable, false)
    return true
  })
  assert.equal(lost, 1)
  assert.deepEqual((await ask('T | project Fine', minutes(1))).table.rows, [[2n]])

  // Who interrupts hears of that, not of the time.
  const user = new AbortController()
  const interrupted = ask('T | summarize Stuck = count() by Fine', minutes(1), user.signal)
  setTimeout(() => user.abort(new Error('Ctrl-C')), 300)
  await assert.rejects(interrupted, /Ctrl-C/)
  assert.equal(lost, 2)
  await backend.close()
})

test('what stops within the patience is not lost', async () => {
  const stop = AbortSignal.abort()
  const later = new Promise((_resolve, reject) => setTimeout(() => reject(new Error('stopped')), 50))
  await assert.rejects(unlessLost(later, stop, minutes(1)), /stopped/)
  assert.equal(await unlessLost(Promise.resolve(1), new AbortController().signal, milliseconds(1)), 1)
})
