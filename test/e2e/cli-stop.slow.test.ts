import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { finished, startHunt, writeFiles } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

const CASES = Array.from({ length: 6000 }, (_, index) => `1 == ${index}, ${index}`).join(', ')

/** Each would run for hours: Ctrl-C is the only end. */
const ENDLESS: readonly { name: string; kql: string }[] = [
  { name: 'while the query is compiled', kql: `print case(${CASES}, 0)` },
  { name: 'while DuckDB runs', kql: 'range x from 1 to 1000000000000 step 1 | summarize sum(x)' },
  { name: 'while rows are read', kql: 'range x from 1 to 1000000000000 step 1' },
  { name: 'while functions in JavaScript run', kql: 'range x from 1 to 1000000000000 step 1 | summarize max(tostring(parse_path(tostring(x))))' }, // prettier-ignore
]

for (const { name, kql } of ENDLESS) {
  test(`Ctrl-C ends a query at once ${name}`, async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, { 'q.kql': kql, 'data/T.ndjson': '{"x":1}\n' })
    const child = startHunt(['query', '@q.kql', '--data', 'data', '--timeout', '10m'], { cwd })
    const ended = finished(child)
    await delay(4_000)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    assert.equal(stderr, '')
    assert.equal(code, 130)
  })
}

test('a failure that nobody waits for ends the process as a bug of ours, in the words of one', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'stray.mjs': `setTimeout(() => { void Promise.reject(new Error('stray \u001b[31m')) }, 3000)` })
  const env = { NODE_OPTIONS: `--import ${join(cwd, 'stray.mjs')}` }
  const child = startHunt(['query', ENDLESS[1]?.kql ?? '', '--data', '.', '--timeout', '10m'], { cwd, env })
  const { code, stderr } = await finished(child)
  assert.equal(code, 70)
  assert.match(stderr, /error: stray .*\[internal\/unexpected\]/)
  assert.ok(!stderr.includes('\u001b'), stderr)
})
