import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createWorkGuard } from '../../../src/cli/work-guard.ts'
import type { Duration } from '../../../src/domain/time.ts'

const MINUTE = 60_000 as Duration
const REPEATABLE = { isRepeatable: true }

/** Holds the thread until it is ended from outside. */
function forever(): never {
  for (;;);
}

test('work gives its value, and its throw passes as it is', () => {
  const guard = createWorkGuard(() => assert.fail('nobody interrupted'))
  assert.deepEqual(
    guard.run(() => [1, 2], MINUTE),
    { kind: 'done', value: [1, 2] },
  )
  const own = new RangeError('mine')
  assert.throws(() => guard.run(() => { throw own }, MINUTE), (error) => error === own) // prettier-ignore
})

test('what holds the thread ends when its time is up, and the guard can be used again', () => {
  const guard = createWorkGuard(() => assert.fail('nobody interrupted'))
  assert.deepEqual(guard.run(forever, 20 as Duration), { kind: 'late' })
  assert.deepEqual(
    guard.run(() => 3, MINUTE),
    { kind: 'done', value: 3 },
  )
})

test('SIGINT ends what holds the thread, and is told', () => {
  let told = 0
  const guard = createWorkGuard(() => told++)
  const work = (): never => {
    process.kill(process.pid, 'SIGINT')
    return forever()
  }
  assert.deepEqual(guard.run(work, MINUTE), { kind: 'interrupted' })
  assert.equal(told, 1)
})

test('SIGINT ends repeatable work that takes long, and is told', () => {
  let told = 0
  const guard = createWorkGuard(() => told++)
  let begun = 0
  const work = (): never => {
    // The first time nobody watches yet.
    if (++begun > 1) process.kill(process.pid, 'SIGINT')
    return forever()
  }
  assert.deepEqual(guard.run(work, MINUTE, REPEATABLE), { kind: 'interrupted' })
  assert.equal(told, 1)
  assert.equal(begun, 2)
})

test('repeatable work after long work is begun once', () => {
  const guard = createWorkGuard(() => assert.fail('nobody interrupted'))
  assert.deepEqual(guard.run(forever, 1100 as Duration, REPEATABLE), { kind: 'late' })
  let begun = 0
  const work = (): never => {
    begun++
    return forever()
  }
  assert.deepEqual(guard.run(work, 1100 as Duration, REPEATABLE), { kind: 'late' })
  assert.equal(begun, 1)
})

test('SIGINT between short repeatable works is not lost, however many follow before its listener can run', async (t) => {
  let told = 0
  const listener = (): void => void told++
  process.on('SIGINT', listener)
  t.after(() => process.off('SIGINT', listener))
  const guard = createWorkGuard(() => assert.fail('nobody interrupted'))
  for (let turn = 1; turn <= 20; turn++) {
    process.kill(process.pid, 'SIGINT')
    for (let work = 0; work < 5; work++) guard.run(() => work, MINUTE, REPEATABLE)
    for (let wait = 0; told < turn && wait < 100; wait++) await delay(5)
    assert.equal(told, turn)
  }
})
