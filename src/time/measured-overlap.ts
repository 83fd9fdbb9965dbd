import type { TimedRule } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { days, milliseconds, minutes } from './duration.ts'
import { frequencyOf, longestOf, periodOf } from './rule-times.ts'

/** An overlap that is measured grows no longer than this: it would read the same records again and again. */
export const LONGEST_MEASURED: Duration = days(1)

/**
 * How much of the past a rule must read once more, so that some slot still sees a record that came as late as 99 of 100
 * records of its slowest table: what the delay leaves of that time, and what a period longer than the frequency does not
 * read again anyway. In whole minutes; none for tables that were not measured.
 *
 * @param p99 by name of table
 */
export function measuredOverlap(rule: TimedRule, delay: Duration, p99: ReadonlyMap<string, Duration>): Duration {
  const latest = longestOf(rule, p99) ?? 0
  const frequency = frequencyOf(rule)
  const readAgain = frequency === undefined ? 0 : Math.max(0, periodOf(rule) - frequency)
  const missing = Math.max(0, latest - delay - readAgain)
  return milliseconds(Math.min(LONGEST_MEASURED, Math.ceil(missing / minutes(1)) * minutes(1)))
}
