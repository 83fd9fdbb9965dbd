import { Cron } from 'croner'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis } from './instant.ts'
import type { Timetable } from './timetable.ts'

export interface CronSchedule {
  readonly expression: string
  /** IANA name. */
  readonly timezone: string
}

/** What is wrong with a cron expression or a time zone; undefined when nothing is. */
export function cronProblem({ expression, timezone }: CronSchedule): string | undefined {
  try {
    const next = new Cron(expression, { timezone, paused: true }).nextRun(new Date(0))
    return next === null ? 'it never comes to pass' : undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return error.message.replace(/^Cron\w+: /, '').replace(/ (This may|Original error).*$/, '')
  }
}

/**
 * The slots of a cron expression in a time zone. Where a clock is put forward, a time that it skips comes at the end of the
 * gap, but for a time of every hour, which comes again in the next one; where it is put back, a time that comes twice is taken
 * once, the first time, by expressions that name an hour.
 *
 * Only one direction of the library is believed, forwards: at a change of the clock its way back may name another moment, and
 * a slot would run twice. What it says of the past serves as the place to start from.
 */
export function cronTimetable({ expression, timezone }: CronSchedule): Timetable {
  const cron = new Cron(expression, { timezone, paused: true })
  const next = (instant: Instant): Instant => {
    const found = cron.nextRun(new Date(instant))
    return instantFromMillis(found === null ? Number.MAX_SAFE_INTEGER : found.getTime())
  }
  const latest = (instant: Instant): Instant => {
    const before = cron.previousRuns(3, new Date(instant))
    let slot = next(instantFromMillis((before.at(-1)?.getTime() ?? 1) - 1))
    if (slot > instant) return instantFromMillis(0)
    for (let after = next(slot); after <= instant; after = next(after)) slot = after
    return slot
  }
  const first = next(instantFromMillis(0))
  return {
    next,
    latest,
    step: (next(first) - first) as Duration,
    count(after, through) {
      let count = 0
      for (let slot = next(after); slot <= through; slot = next(slot)) count += 1
      return count
    },
  }
}
