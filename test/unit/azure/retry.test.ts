import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FailedAttempt,
  RETRY_RULES,
  retryAfterOf,
  waitBefore,
  withRetries,
  type FailureClass,
} from '../../../src/azure/retry.ts'
import { BackendError } from '../../../src/domain/errors.ts'
import { minutes, seconds } from '../../../src/time/duration.ts'
import { at } from '../../support/instants.ts'
import { recordingClock } from '../../support/recording-clock.ts'

const NOW = at('2026-03-02T12:00:00Z')
const failed = (failure: FailureClass, retryAfter?: ReturnType<typeof seconds>) =>
  new FailedAttempt(
    failure,
    retryAfter,
    (attempts) => new BackendError({ code: 'backend/test', message: `${attempts}` }),
  )

describe('how often a failure is tried again, and after how long', () => {
  for (const failure of Object.keys(RETRY_RULES) as FailureClass[]) {
    it(`${failure}: ${RETRY_RULES[failure].retries} times`, async () => {
      const clock = recordingClock(NOW)
      let attempts = 0
      const run = withRetries(
        async () => {
          attempts += 1
          throw failed(failure)
        },
        { clock, random: () => 0 },
        new AbortController().signal,
      )
      const { retries, delay, factor } = RETRY_RULES[failure]
      await assert.rejects(run, { code: 'backend/test', message: String(retries + 1) })
      assert.equal(attempts, retries + 1)
      assert.deepEqual(
        clock.waits,
        Array.from({ length: retries }, (_, index) => delay * factor ** index),
      )
    })
  }

  it('counts each class for itself, and all together', async () => {
    const clock = recordingClock(NOW)
    const script: FailureClass[] = ['timeout', 'network', 'timeout']
    await assert.rejects(
      withRetries(
        async () => {
          throw failed(script.shift() ?? 'network')
        },
        { clock, random: () => 0 },
        new AbortController().signal,
      ),
      { message: '3' },
    )
  })

  it('adds up to the jitter', () => {
    assert.equal(
      waitBefore(failed('throttled'), 0, () => 0.5),
      seconds(32.5),
    )
  })
  it('obeys the service', () => {
    assert.equal(
      waitBefore(failed('throttled', seconds(7)), 0, () => 0.5),
      seconds(7),
    )
  })
  it('gives up when the service asks for too much patience', () => {
    assert.equal(
      waitBefore(failed('throttled', minutes(11)), 0, () => 0),
      undefined,
    )
  })
  it('stops waiting when the run is cancelled', async () => {
    const controller = new AbortController()
    const reason = new Error('stopped')
    const run = withRetries(
      async () => {
        controller.abort(reason)
        throw failed('network')
      },
      { clock: recordingClock(NOW), random: () => 0 },
      controller.signal,
    )
    await assert.rejects(run, reason)
  })
  it('repeats nothing that is not a failed attempt', async () => {
    let attempts = 0
    const bug = new TypeError('bug')
    const run = withRetries(
      async () => {
        attempts += 1
        throw bug
      },
      { clock: recordingClock(NOW), random: () => 0 },
      new AbortController().signal,
    )
    await assert.rejects(run, bug)
    assert.equal(attempts, 1)
  })
})

describe('Retry-After', () => {
  const rows = [
    ['seconds', { 'retry-after': '7' }, seconds(7)],
    ['a date', { 'retry-after': 'Mon, 02 Mar 2026 12:00:09 GMT' }, seconds(9)],
    ['a date that has passed', { 'retry-after': 'Mon, 02 Mar 2026 11:00:00 GMT' }, seconds(0)],
    ['milliseconds', { 'x-ms-retry-after-ms': '1500', 'retry-after': '2' }, seconds(1.5)],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ] as const
  for (const [name, headers, expected] of rows) {
    it(name, () => assert.equal(retryAfterOf(headers, recordingClock(NOW)), expected))
  }
})
