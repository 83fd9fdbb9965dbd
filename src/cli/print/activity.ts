import type { DayActivity } from '../../domain/schedule.ts'
import type { Instant } from '../../domain/time.ts'
import { days } from '../../time/duration.ts'
import { formatInstant, instantFromMillis, minus, plus } from '../../time/instant.ts'
import { sparkline } from './sparkline.ts'
import { grouped } from './words.ts'

/** Days that hunt status looks back, today included. */
const ACTIVITY_DAYS = 14

type Counts = Pick<DayActivity, 'slots' | 'newFindings'>

/** What a rule found on a workspace, day by day. */
export interface Activity {
  /** Oldest first, the last is today. `found` is undefined for a day without a slot that was searched. */
  readonly days: readonly { readonly day: Instant; readonly found: Counts | undefined }[]
}

/** The first day of the activity. */
export function activitySince(now: Instant): Instant {
  return minus(instantFromMillis(Math.floor(now / days(1)) * days(1)), days(ACTIVITY_DAYS - 1))
}

/** @returns what a pair found, by rule and workspace. */
export function activityOf(
  found: readonly DayActivity[],
  now: Instant,
): (pair: { readonly ruleId: string; readonly workspace: string }) => Activity {
  const key = (each: { readonly ruleId: string; readonly workspace: string }, day: Instant): string =>
    `${each.ruleId}\0${each.workspace}\0${day}`
  const byKey = new Map(found.map((each) => [key(each, each.day), each]))
  const calendar = Array.from({ length: ACTIVITY_DAYS }, (_, index) => plus(activitySince(now), days(index)))
  return (pair) => ({ days: calendar.map((day) => ({ day, found: byKey.get(key(pair, day)) })) })
}

/** The last days as a sparkline of new findings, or their sum where it cannot be drawn. */
export function activityText(activity: Activity, dayCount: number, drawsBlocks: boolean): string {
  const counts = activity.days.slice(-dayCount).map(({ found }) => found?.newFindings)
  return drawsBlocks ? sparkline(counts) : grouped(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0))
}

export function activityJson(activity: Activity): unknown {
  return activity.days.map(({ day, found }) => ({
    day: formatInstant(day).slice(0, 10),
    slots: found?.slots ?? 0,
    newFindings: found?.newFindings ?? 0,
  }))
}
