import assert from 'node:assert/strict'
import type { Clock, Duration, Instant } from '../../src/domain/time.ts'
import { parseInstant, plus } from '../../src/time/instant.ts'

/** Reads an instant that the test knows to be right. */
export function at(text: string): Instant {
  const instant = parseInstant(text)
  assert.ok(instant !== undefined, text)
  return instant
}

/** A clock that stands still until it is told. Who sleeps on it wakes when it has been told far enough. */
export interface FakeClock extends Clock {
  advance(duration: Duration): void
  /** Jumps to a time, also backwards, as a clock that somebody sets; sleepers take no notice of it. */
  set(time: Instant): void
  /** How many sleep on it. */
  readonly sleepers: number
}

export function fakeClock(start: Instant = at('2026-03-02T00:05:00Z')): FakeClock {
  let current = start
  /** Time that passed, which is not what the clock shows once somebody has set it. */
  let passed = 0
  const sleeping = new Map<object, { readonly wakesAt: number; readonly wake: () => void }>()
  return {
    now: () => current,
    get sleepers() {
      return sleeping.size
    },
    set: (time) => {
      current = time
    },
    advance: (duration) => {
      current = plus(current, duration)
      passed += duration
      const due = [...sleeping].filter(([, { wakesAt }]) => wakesAt <= passed)
      for (const [key, { wake }] of due.sort(([, a], [, b]) => a.wakesAt - b.wakesAt)) {
        sleeping.delete(key)
        wake()
      }
    },
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error)
          return
        }
        const key = {}
        const stop = (): void => {
          sleeping.delete(key)
          reject(signal?.reason as Error)
        }
        const wake = (): void => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        sleeping.set(key, { wakesAt: passed + duration, wake })
        signal?.addEventListener('abort', stop)
      }),
  }
}
