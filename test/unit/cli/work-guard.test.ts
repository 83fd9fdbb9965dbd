import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkGuard } from '../../../src/cli/work-guard.ts'
import type { Duration } from '../../../src/domain/time.ts'

const MINUTE = 60_000 as Duration

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
