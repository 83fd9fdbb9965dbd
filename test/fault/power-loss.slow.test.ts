import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import Driver from 'libsql'
import { EXIT } from '../../src/domain/errors.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { taskIn } from './task.ts'
import type { ChildTask } from './task.ts'
import { assertAllOnce, runChild } from './harness.ts'

/**
 * What a power cut leaves of the last write. With synchronous = FULL no commit that was reported can be among what is
 * lost; these tests lose such commits all the same, for disks that lie.
 */

const CUTS = 8

/** The places of a process that was killed right after it had settled its first incident, as they are on the disk. */
async function afterSettle(t: TestContext): Promise<string> {
  const folder = tempFolder(t)
  await runChild({ ...taskIn(folder, { slots: 2 }), crashAt: 'after settle' })
  return folder
}

/** A copy of the places, without the shared memory, which no power cut survives. */
function copyOf(folder: string, t: TestContext): ChildTask {
  const copy = join(tempFolder(t), 'copy')
  cpSync(folder, copy, { recursive: true })
  rmSync(join(copy, 'hunt.db-shm'), { force: true })
  return taskIn(copy, { slots: 2 })
}

async function assertMadeWhole(task: ChildTask, what: string): Promise<void> {
  const { code, stderr } = await runChild(task)
  assert.deepEqual([code, stderr], [0, ''], what)
  assertAllOnce(task)
}

test(`the write-ahead log cut at ${CUTS} places: the next run makes everything whole, once`, async (t) => {
  const folder = await afterSettle(t)
  const { size } = statSync(join(folder, 'hunt.db-wal'))
  for (let cut = 0; cut < CUTS; cut++) {
    const task = copyOf(folder, t)
    const length = Math.floor((size * cut) / CUTS)
    truncateSync(`${task.ledger}-wal`, length)
    await assertMadeWhole(task, `cut at ${length} of ${size}`)
  }
})

test('bytes of the write-ahead log that never arrived: the next run makes everything whole, once', async (t) => {
  const folder = await afterSettle(t)
  const log = readFileSync(join(folder, 'hunt.db-wal'))
  for (const part of [0.2, 0.55, 0.9]) {
    const task = copyOf(folder, t)
    const start = Math.floor(log.length * part)
    writeFileSync(`${task.ledger}-wal`, Buffer.from(log).fill(0, start, start + 512))
    await assertMadeWhole(task, `zeros at ${start}`)
  }
})

test('the whole log lost, the database never written: a new ledger, whose incidents the sink recognises', async (t) => {
  const task = copyOf(await afterSettle(t), t)
  rmSync(`${task.ledger}-wal`)
  truncateSync(task.ledger, 0)
  await assertMadeWhole(task, 'empty')
})

test('a database that lost its end is never taken for a whole one', async (t) => {
  const folder = tempFolder(t)
  const done = taskIn(folder, { slots: 2 })
  assert.equal((await runChild(done)).code, 0)
  const checkpoint = new Driver(done.ledger)
  checkpoint.pragma('wal_checkpoint(TRUNCATE)')
  checkpoint.close()
  const { size } = statSync(done.ledger)
  const before = readFileSync(done.ledger)
  for (const length of [50, 3000, 4096, 4096 * 3, Math.floor(size / 2), size - 4096, size - 100]) {
    const task = copyOf(folder, t)
    rmSync(`${task.ledger}-wal`, { force: true })
    truncateSync(task.ledger, length)
    const { code, stderr } = await runChild({ ...task, slots: 3 })
    assert.deepEqual([code, stderr], [EXIT.ledger, 'ledger/corrupt\n'], `cut at ${length} of ${size}`)
    assert.deepEqual(readFileSync(task.ledger), before.subarray(0, length), 'what is left of it is left alone')
  }
})
