import assert from 'node:assert/strict'
import type { Clock, Duration, Instant } from '../../src/domain/time.ts'
import { parseInstant, plus } from '../../src/time/instant.ts'

/** Reads an instant that the test knows to be right. */
export function at(text: string): Instant {
  const instant = parseInstant(text)
  assert.ok(instant !== undefined, text)
  return instant
}

/** A clock that stands still until it is told, or until somebody sleeps on it. */
export interface FakeClock extends Clock {
  advance(duration: Duration): void
}

export function fakeClock(start: Instant = at('2026-03-02T00:05:00Z')): FakeClock {
  let current = start
  return {
    now: () => current,
    advance: (duration) => {
      current = plus(current, duration)
    },
    async sleep(duration, signal) {
      signal?.throwIfAborted()
      current = plus(current, duration)
    },
  }
}
