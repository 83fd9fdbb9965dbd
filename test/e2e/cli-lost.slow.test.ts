import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { finished, PACKAGE_ROOT, startHunt, writeFiles } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Statements that name a column Stuck hold a thread of libuv for an hour, as DuckDB does where it cannot be interrupted. */
const STUCK = `
import { pbkdf2 } from 'node:crypto'
import { createRequire } from 'node:module'
const { DuckDBConnection } = createRequire(${JSON.stringify(join(PACKAGE_ROOT, 'package.json'))})('@duckdb/node-api')
const run = DuckDBConnection.prototype.run
DuckDBConnection.prototype.run = function (sql, ...rest) {
  if (!sql.includes('Stuck')) return run.call(this, sql, ...rest)
  return new Promise((resolve) => pbkdf2('', '', 2 ** 31 - 1, 64, 'sha512', resolve))
}
`

const rule = (number: number, query: string) => `id: cccccccc-0000-4000-8000-00000000000${number}
name: Rule ${number}
severity: Low
queryFrequency: 1d
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [Execution]
query: ${query}
`

function startStuck(t: TestContext, args: readonly string[]) {
  const cwd = tempFolder(t)
  writeFiles(cwd, {
    'stuck.mjs': STUCK,
    'logs/T.ndjson': '{"TimeGenerated":"2026-03-02T10:00:00Z","Fine":2}\n',
    'queries/a.yaml': rule(1, 'T | summarize Stuck = count() by Fine'),
    'queries/b.yaml': rule(2, 'T | where Fine > 0'),
  })
  const child = startHunt(args, { cwd, env: { NODE_OPTIONS: `--import ${join(cwd, 'stuck.mjs')}` } })
  t.after(() => child.kill('SIGKILL'))
  return child
}

const signalOf = (child: ChildProcess) =>
  new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)))

const WINDOW = ['--data', 'logs', '--from', '2026-03-02', '--to', '2026-03-03']

test('a query that DuckDB does not give back fails alone, and the process ends', { timeout: 120_000 }, async (t) => {
  const child = startStuck(t, ['run', '--all', ...WINDOW, '--timeout', '5s'])
  const signal = signalOf(child)
  const { stdout, stderr } = await finished(child)
  assert.match(stderr, /the query took longer than 5s and cannot be stopped.*\[local\/lost-query\]/)
  assert.match(stdout, /Rule 2 +Low +1 .*complete/)
  assert.equal(await signal, 'SIGKILL')
})

test('the second Ctrl-C ends such a process at once', { timeout: 120_000 }, async (t) => {
  const child = startStuck(t, ['query', 'T | summarize Stuck = count() by Fine', '--data', 'logs', '--timeout', '10m'])
  const signal = signalOf(child)
  const ended = finished(child)
  await delay(4_000)
  child.kill('SIGINT')
  await delay(500)
  const begun = performance.now()
  child.kill('SIGINT')
  assert.equal((await ended).stderr, '')
  assert.equal(await signal, 'SIGINT')
  assert.ok(performance.now() - begun < 10_000)
})
