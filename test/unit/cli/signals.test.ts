import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchSignals } from '../../../src/cli/signals.ts'
import { seconds } from '../../../src/time/duration.ts'
import { fakeClock } from '../../support/instants.ts'
import { makeWorld } from '../../support/in-process.ts'
import { tempFolder } from '../../support/temp-folder.ts'

function stopped(t: Parameters<typeof tempFolder>[0]) {
  const clock = fakeClock()
  const { program, signal } = makeWorld({ cwd: tempFolder(t), clock })
  const aborts: number[] = []
  const watch = watchSignals({ ...program, abort: (code) => void aborts.push(code) })
  signal('SIGTERM')
  return { clock, watch, signal, aborts }
}

test('a stop that takes too long ends the process by our own hand', async (t) => {
  const { clock, watch, aborts } = stopped(t)
  assert.deepEqual([watch.signal.aborted, watch.exitCode], [true, 143])
  clock.advance(seconds(29))
  await Promise.resolve()
  assert.deepEqual(aborts, [])
  clock.advance(seconds(1))
  await Promise.resolve()
  assert.deepEqual(aborts, [143])
})

test('one that ends in time leaves no timer behind, and a second signal does not wait', async (t) => {
  const { clock, watch, signal, aborts } = stopped(t)
  signal('SIGINT')
  assert.deepEqual(aborts, [130])
  watch.dispose()
  assert.equal(clock.sleepers, 0)
  clock.advance(seconds(60))
  await Promise.resolve()
  assert.deepEqual(aborts, [130])
})
