import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'
import { taskIn } from './task.ts'
import { assertAllOnce, deliveriesIn, runChild } from './harness.ts'

test('three processes on one new ledger share the work: no run overlaps, no incident twice', async (t) => {
  const task = taskIn(tempFolder(t), { slots: 15, rows: 2 })
  const ended = await Promise.all([runChild(task), runChild(task), runChild(task)])
  assert.deepEqual(
    ended.map(({ code, stderr }) => [code, stderr]),
    ended.map(() => [0, '']),
  )
  assertAllOnce(task)
  assert.equal(deliveriesIn(task).length, new Set(deliveriesIn(task)).size, 'nobody was killed, so nothing is repeated')
})

test('a killed process does not hold up its neighbours', async (t) => {
  const task = taskIn(tempFolder(t), { slots: 10, rows: 2 })
  const [killed, alive] = await Promise.all([runChild({ ...task, crashAt: 'after query' }), runChild(task)])
  assert.equal(killed.signal, 'SIGKILL')
  assert.deepEqual([alive.code, alive.stderr], [0, ''])
  assertAllOnce(task)
})
