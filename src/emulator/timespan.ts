import { DateTime, Duration as Length, Interval } from 'luxon'
import type { Instant, Window } from '../domain/time.ts'
import { invalidRequest } from './service-errors.ts'

/**
 * Reads `timespan` in the forms of `shared/reference/azure-contract.md` A2 and A8: a duration (ending now), `start/end`,
 * `start/duration`, `duration/end`. Durations are calendar-aware: `P10M` is ten months. Empty counts as absent, since
 * the older SDK sends it for a call without one (A9). Throws the 400.
 */
export function parseTimespan(text: string | undefined, now: Instant): Window | undefined {
  if (text === undefined || text === '') return undefined
  const interval = text.includes('/') ? Interval.fromISO(text, { zone: 'utc' }) : endingAt(now, Length.fromISO(text))
  if (interval === undefined || interval.start === null || interval.end === null) {
    throw invalidRequest(`The timespan '${text}' is neither an ISO 8601 duration nor an interval`)
  }
  return { start: interval.start.toMillis() as Instant, end: interval.end.toMillis() as Instant }
}

function endingAt(now: Instant, length: Length): Interval | undefined {
  const isLength = length.isValid && Object.keys(length.toObject()).length > 0
  return isLength ? Interval.before(DateTime.fromMillis(now, { zone: 'utc' }), length) : undefined
}

/** Where both the address and the body carry a time span, their intersection counts; A8. */
export function intersect(first: Window | undefined, second: Window | undefined): Window | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const start = Math.max(first.start, second.start) as Instant
  const end = Math.min(first.end, second.end) as Instant
  return { start, end: Math.max(start, end) as Instant }
}
