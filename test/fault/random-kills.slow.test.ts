import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseInstant } from '../../src/time/instant.ts'
import type { Instant } from '../../src/domain/time.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { seededRandom } from './kills/random.ts'
import { killSession } from './kills/session.ts'
import { startWorkspace } from './kills/workspace.ts'
import { hourlySlots, makeWorld, writeLogs } from './kills/world.ts'
import { assertAllOnce, runChild } from './harness.ts'
import { taskIn } from './task.ts'

/** The short version; `npm run fault` kills a thousand. */
const KILLS = 6

test(`the built program, killed ${KILLS} times at random: no slot and no finding lost, no incident twice`, async (t) => {
  const slots = hourlySlots(parseInstant('2026-03-02T06:00:00Z') as Instant, 2)
  const logs = tempFolder(t)
  writeLogs(logs, slots)
  const workspace = await startWorkspace(logs)
  t.after(() => workspace.stop())
  const world = makeWorld(join(tempFolder(t), 'world'), slots, workspace.endpoint)
  const { kills } = await killSession(world, { random: seededRandom(7), kills: KILLS, mode: 'all' })
  assert.ok(kills > 0, 'every process had ended before it should be killed')
})

test('kills of the pipeline alone, at times spread over its whole run: every incident once, none lost', async (t) => {
  const task = taskIn(tempFolder(t), { slots: 25, rows: 2 })
  let kills = 0
  for (let number = 0; number < 8; number++) {
    // By the golden ratio, so that no two kills fall together.
    const killAfter = ((number * 0.618) % 1) * 600
    if ((await runChild(task, { killAfter })).signal === 'SIGKILL') kills += 1
  }
  assert.ok(kills > 0, 'no child was still running when it should be killed')
  const last = await runChild(task)
  assert.deepEqual([last.code, last.stderr], [0, ''])
  assertAllOnce(task)
})
