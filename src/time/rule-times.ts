import type { TimedRule } from '../domain/rule.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import { cronTimetable } from './cron-timetable.ts'
import { milliseconds, hours } from './duration.ts'
import { minus, offsetAt } from './instant.ts'
import { defaultDelay } from './default-times.ts'
import { gridTimetable } from './timetable.ts'
import type { Timetable } from './timetable.ts'

/** Distance of the slots on the grid; undefined where a cron expression names them. */
export function frequencyOf(rule: TimedRule): Duration | undefined {
  if (rule.scheduling.cron !== undefined) return undefined
  return rule.kind === 'Hunting' ? rule.scheduling.frequency : rule.queryFrequency
}

/** How far back each slot looks. */
export function periodOf(rule: TimedRule): Duration {
  return rule.kind === 'Hunting' ? rule.scheduling.period : rule.queryPeriod
}

/** When the slots of a rule are: at the times of its `hunt:` block, else every `queryFrequency`. */
export function timetableOf(rule: TimedRule): Timetable {
  const { cron } = rule.scheduling
  if (cron !== undefined) return cronTimetable(cron)
  const frequency = frequencyOf(rule)
  if (frequency === undefined) throw new TypeError('a schedule has a cron expression or a frequency')
  return gridTimetable(frequency)
}

/**
 * What the run of a slot searches: `[slot − delay − period, slot − delay)`. With period = frequency the windows of
 * consecutive slots meet without gap or overlap.
 */
export function windowAt(rule: TimedRule, slot: Instant, delay: Duration): Window {
  const end = minus(slot, delay)
  return { start: minus(minus(end, periodOf(rule)), clockChangeBefore(rule, slot)), end }
}

/** No clock is put forward or back further at once. */
const MOST_CHANGED = hours(2)

/**
 * Where a clock was put back since the slot before, 09:00 comes 25 hours after 09:00. Where one was put forward by half an hour
 * (Lord Howe Island), 02:15 does not come, and 03:15 is an hour and a half after 01:15. By how much the window of a rule that names
 * times of that clock is longer than its period; zero where more than that lies between the windows anyway.
 */
function clockChangeBefore(rule: TimedRule, slot: Instant): Duration {
  const { cron } = rule.scheduling
  if (cron === undefined) return milliseconds(0)
  const period = periodOf(rule)
  const offset = offsetAt(slot, cron.timezone)
  if (offsetAt(minus(minus(slot, period), MOST_CHANGED), cron.timezone) === offset) return milliseconds(0)
  const before = timetableOf(rule).latest(minus(slot, milliseconds(1)))
  const missing = slot - before - period
  const change = Math.abs(offsetAt(before, cron.timezone) - offset)
  return milliseconds(missing > 0 && missing <= change ? missing : 0)
}

export interface DelaySettings {
  /** Undefined leaves it to the kind of rule. */
  readonly delay: Duration | undefined
  /** How late the records of a table may come, by its name; absent means that no table has a delay of its own. */
  readonly tableDelays?: ReadonlyMap<string, Duration> | undefined
}

/**
 * How long before a slot its window ends: what the rule says, else the longest delay of the tables that it names or
 * declares, else the setting, else that of its kind.
 */
export function delayOf(rule: TimedRule, { delay, tableDelays }: DelaySettings): Duration {
  const { scheduling } = rule
  return scheduling.delay ?? longestOf(rule, tableDelays ?? new Map()) ?? delay ?? defaultDelay(rule)
}

/** The longest of the times of the tables that a rule names or declares; undefined where none has one. */
export function longestOf(
  rule: Pick<TimedRule, 'query' | 'requiredTables'>,
  times: ReadonlyMap<string, Duration>,
): Duration | undefined {
  const known = mentionedIn(rule, [...times.keys()]).map((table) => times.get(table) ?? 0)
  return known.length === 0 ? undefined : (Math.max(...known) as Duration)
}

/** Those of the tables that a rule declares, or names in its query: one too many does no harm to its times. */
export function mentionedIn(
  { query, requiredTables }: Pick<TimedRule, 'query' | 'requiredTables'>,
  tables: readonly string[],
): readonly string[] {
  if (tables.length === 0) return []
  const names = new Set([...requiredTables, ...(query.match(/\w+/g) ?? [])].map((name) => name.toLowerCase()))
  return tables.filter((table) => names.has(table.toLowerCase()))
}
