import type { NrtRule, ScheduledRule } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { cronTimetable } from './cron-timetable.ts'
import { defaultDelay } from './slots.ts'
import { gridTimetable } from './timetable.ts'
import type { Timetable } from './timetable.ts'

type AlertingRule = ScheduledRule | NrtRule

/** When the slots of a rule are: at the times of its `hunt:` block, else every `queryFrequency`. */
export function timetableOf({ scheduling, queryFrequency }: AlertingRule): Timetable {
  const cron = scheduling?.cron
  return cron === undefined ? gridTimetable(queryFrequency) : cronTimetable(cron)
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
export function delayOf(rule: AlertingRule, { delay, tableDelays }: DelaySettings): Duration {
  return rule.scheduling?.delay ?? longestOf(rule, tableDelays ?? new Map()) ?? delay ?? defaultDelay(rule)
}

function longestOf(
  { query, requiredTables }: AlertingRule,
  tableDelays: ReadonlyMap<string, Duration>,
): Duration | undefined {
  if (tableDelays.size === 0) return undefined
  const names = new Set([...requiredTables, ...(query.match(/\w+/g) ?? [])].map((name) => name.toLowerCase()))
  const delays = [...tableDelays].flatMap(([table, delay]) => (names.has(table.toLowerCase()) ? [delay] : []))
  return delays.length === 0 ? undefined : (Math.max(...delays) as Duration)
}
