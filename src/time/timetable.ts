import type { Duration, Instant } from '../domain/time.ts'
import { floorTo } from './instant.ts'

/** The slots of a schedule: instants in UTC, in order, each once. */
export interface Timetable {
  /** The first slot after `instant`. */
  next(instant: Instant): Instant
  /** The last slot at or before `instant`. */
  latest(instant: Instant): Instant
  /** How many slots lie in `(after, through]`. */
  count(after: Instant, through: Instant): number
  /** Usual distance of two slots. */
  readonly step: Duration
}

/** The UTC grid of `step`, counted from 1970: the same for everybody, whenever the program was started. */
export function gridTimetable(step: Duration): Timetable {
  const latest = (instant: Instant): Instant => floorTo(instant, step)
  return {
    step,
    latest,
    next: (instant) => (latest(instant) + step) as Instant,
    count: (after, through) => Math.max(0, Math.floor(through / step) - Math.floor(after / step)),
  }
}
