import assert from 'node:assert/strict'
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { EXIT } from '../../src/domain/errors.ts'
import { noNamespaces } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { taskIn } from './task.ts'
import { assertAllOnce, runChild } from './harness.ts'

test(
  'a full disk under the output: recorded as partial, delivered and written once there is room',
  { skip: noNamespaces },
  async (t) => {
    const folder = tempFolder(t)
    const task = taskIn(folder)
    mkdirSync(task.output)
    const full = await runChild(task, {
      prepare: `mount -t tmpfs -o size=4k tmpfs ${task.output}; head -c 4096 /dev/zero > ${task.output}/full`,
    })
    assert.deepEqual([full.code, full.stderr], [EXIT.incomplete, 'files/unwritable\n'])
    const ledger = new Driver(task.ledger)
    // Nobody wants to wait a minute for the postponed deliveries.
    ledger.exec('UPDATE outbox SET next_attempt_at = 0')
    ledger.close()
    const again = await runChild(task)
    assert.deepEqual([again.code, again.stderr], [0, ''])
    assertAllOnce(task)
  },
)

test('a read-only output folder: recorded as partial, with what to do', { skip: noNamespaces }, async (t) => {
  const task = taskIn(tempFolder(t))
  mkdirSync(task.output)
  const ended = await runChild(task, { prepare: `mount -t tmpfs -o ro tmpfs ${task.output}` })
  assert.deepEqual([ended.code, ended.stderr], [EXIT.incomplete, 'files/unwritable\n'])
})

test(
  'a full disk under the ledger: nothing is opened, and the next run opens everything',
  { skip: noNamespaces },
  async (t) => {
    const folder = tempFolder(t)
    const state = join(folder, 'state')
    const task = { ...taskIn(folder, { rows: 2000 }), ledger: join(state, 'hunt.db') }
    mkdirSync(state)
    const full = await runChild(task, { prepare: `mount -t tmpfs -o size=256k tmpfs ${state}` })
    assert.deepEqual([full.code, full.stderr], [EXIT.ledger, 'ledger/full\n'])
  },
)

test('a damaged ledger stops the run before anything is opened', async (t) => {
  const task = taskIn(tempFolder(t), { slots: 5 })
  assert.equal((await runChild(task)).code, 0)
  const checkpoint = new Driver(task.ledger)
  checkpoint.pragma('wal_checkpoint(TRUNCATE)')
  checkpoint.close()
  const file = openSync(task.ledger, 'r+')
  const { size } = statSync(task.ledger)
  // The header stays, so that it still opens; every page behind the first is noise.
  writeSync(file, Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096)
  closeSync(file)
  const ended = await runChild({ ...task, slots: 6 })
  assert.deepEqual([ended.code, ended.stderr], [EXIT.ledger, 'ledger/corrupt\n'])
})

test('a ledger of a newer program stops the run', async (t) => {
  const task = taskIn(tempFolder(t))
  assert.equal((await runChild(task)).code, 0)
  const ledger = new Driver(task.ledger)
  ledger.exec('PRAGMA user_version = 99')
  ledger.close()
  assert.deepEqual(await runChild(task), { code: EXIT.ledger, signal: null, stderr: 'ledger/newer\n' })
})

test('a ledger that is no database stops the run', async (t) => {
  const task = taskIn(tempFolder(t))
  writeFileSync(task.ledger, 'once upon a time '.repeat(500))
  assert.deepEqual(await runChild(task), { code: EXIT.ledger, signal: null, stderr: 'ledger/corrupt\n' })
})
