import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'
import { taskIn } from './task.ts'
import { assertAllOnce, runChild } from './harness.ts'

/** More with HUNT_FAULT_KILLS=1000. */
const KILLS = Number(process.env['HUNT_FAULT_KILLS'] ?? 8)

test(`${KILLS} kills at any time: every incident once, none lost`, async (t) => {
  const task = taskIn(tempFolder(t), { slots: 25, rows: 2 })
  let kills = 0
  for (let number = 0; number < KILLS; number++) {
    // Spread over the time that all slots take, by the golden ratio, so that no two kills fall together.
    const killAfter = ((number * 0.618) % 1) * 600
    if ((await runChild(task, { killAfter })).signal === 'SIGKILL') kills += 1
  }
  assert.ok(kills > 0, 'no child was still running when it should be killed')
  const last = await runChild(task)
  assert.deepEqual([last.code, last.stderr], [0, ''])
  assertAllOnce(task)
})
