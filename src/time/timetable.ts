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
  return new Grid(step)
}

/** A class and not closures: the scheduler asks it millions of times, for thousands of rules. */
class Grid implements Timetable {
  readonly step: Duration

  constructor(step: Duration) {
    this.step = step
  }

  next(instant: Instant): Instant {
    return (floorTo(instant, this.step) + this.step) as Instant
  }

  latest(instant: Instant): Instant {
    return floorTo(instant, this.step)
  }

  count(after: Instant, through: Instant): number {
    return Math.max(0, Math.floor(through / this.step) - Math.floor(after / this.step))
  }
}
