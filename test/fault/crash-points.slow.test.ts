import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'
import { CRASH_POINTS, taskIn } from './task.ts'
import { assertAllOnce, deliveriesIn, runChild } from './harness.ts'

for (const crashAt of CRASH_POINTS) {
  test(`killed ${crashAt}: the next run makes everything whole, once`, async (t) => {
    const task = taskIn(tempFolder(t))
    assert.equal((await runChild({ ...task, crashAt })).signal, 'SIGKILL', 'the child must have reached the point')
    const rerun = await runChild(task)
    assert.deepEqual([rerun.code, rerun.stderr], [0, ''])
    assertAllOnce(task)
    // Only a delivery that was killed before it was settled may reach the receiver twice, under the same key.
    const repeated = deliveriesIn(task).length - new Set(deliveriesIn(task)).size
    assert.equal(repeated, crashAt === 'after deliver' ? 1 : 0)
  })
}

test('killed twice, at different points', async (t) => {
  const task = taskIn(tempFolder(t), { slots: 2 })
  await runChild({ ...task, crashAt: 'after commit' })
  await runChild({ ...task, crashAt: 'after deliver' })
  assert.equal((await runChild(task)).code, 0)
  assertAllOnce(task)
})

test('a commit whose last bytes never reached the disk is made again, and the sink recognises its incidents', async (t) => {
  const task = taskIn(tempFolder(t))
  await runChild({ ...task, crashAt: 'after settle' })
  const log = `${task.ledger}-wal`
  assert.ok(existsSync(log), 'the killed process left its write-ahead log')
  truncateSync(log, statSync(log).size - 5000)
  assert.equal((await runChild(task)).code, 0)
  assertAllOnce(task)
})

test('temporary files of a killed writer do not pass for results', async (t) => {
  const task = taskIn(tempFolder(t))
  await runChild({ ...task, crashAt: 'during files' })
  const files = readdirSync(task.output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.ok(
    files.every((entry) => entry.name.endsWith('.hunt-tmp')),
    files.map((entry) => entry.name).join(),
  )
})
