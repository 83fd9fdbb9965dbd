import { DateTime } from 'luxon'
import type { Duration, Instant, Window } from '../domain/time.ts'

/**
 * Reads an ISO 8601 instant: `2026-03-02`, `2026-03-02T10:00`, `2026-03-02T10:00:00.123Z`, with or without an offset.
 * Without one it is UTC. Fractions finer than a millisecond are cut. Returns undefined for anything else.
 */
export function parseInstant(text: string): Instant | undefined {
  const parsed = DateTime.fromISO(text.trim(), { zone: 'utc' })
  const instant = parsed.toMillis() as Instant
  return parsed.isValid && isDatable(instant) ? instant : undefined
}

const FIRST = Date.parse('0001-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** Does it lie in the years 1 to 9999, which are all that a Kusto datetime has? */
export function isDatable(instant: Instant): boolean {
  return instant >= FIRST && instant <= LAST
}

export function instantFromMillis(milliseconds: number): Instant {
  return milliseconds as Instant
}

/** `2026-03-02T10:00:00Z`; milliseconds only where there are any. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.000Z$/, 'Z')
}

/** `20260302T100000Z`: sorts as text and is safe in a file name everywhere. */
export function compactInstant(instant: Instant): string {
  return new Date(instant)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '')
}

export function plus(instant: Instant, duration: Duration): Instant {
  return (instant + duration) as Instant
}

export function minus(instant: Instant, duration: Duration): Instant {
  return (instant - duration) as Instant
}

/** The last instant of the UTC grid of `step` at or before `instant`. */
export function floorTo(instant: Instant, step: Duration): Instant {
  return (Math.floor(instant / step) * step) as Instant
}

/** The first instant of the UTC grid of `step` at or after `instant`. */
export function ceilTo(instant: Instant, step: Duration): Instant {
  return (Math.ceil(instant / step) * step) as Instant
}

export function lengthOf(window: Window): Duration {
  return (window.end - window.start) as Duration
}

/** The two halves of a window, which meet without gap or overlap; at an odd length the second is a millisecond longer. */
export function halvesOf({ start, end }: Window): readonly [Window, Window] {
  const middle = plus(start, Math.floor((end - start) / 2) as Duration)
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}

/** By how much the clocks of a time zone (IANA) are ahead of UTC. */
export function offsetAt(instant: Instant, timezone: string): Duration {
  return (DateTime.fromMillis(instant, { zone: timezone }).offset * 60_000) as Duration
}
