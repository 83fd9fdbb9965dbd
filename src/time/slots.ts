import type { Duration, Instant, Window } from '../domain/time.ts'
import { days, minutes } from './duration.ts'
import { floorTo, minus } from './instant.ts'

/**
 * How long records may take to arrive before a window is searched. Sentinel executes a rule five minutes after its
 * nominal time, an NRT rule after two (shared/reference/azure-contract.md B3, B9).
 */
export const SCHEDULED_DELAY: Duration = minutes(5)
export const NRT_DELAY: Duration = minutes(2)

/** What Sentinel's hunting page searches when nobody chooses a time range: the last 24 hours. */
export const HUNTING_PERIOD: Duration = days(1)

/** The times of a rule that has a schedule; ScheduledRule and NrtRule fit. */
export interface Scheduling {
  readonly kind: 'Scheduled' | 'NRT'
  readonly queryFrequency: Duration
  readonly queryPeriod: Duration
}

export function defaultDelay(rule: { readonly kind: 'Scheduled' | 'NRT' | 'Hunting' }): Duration {
  return rule.kind === 'NRT' ? NRT_DELAY : SCHEDULED_DELAY
}

/**
 * What the run of a slot searches: `[slot − delay − queryPeriod, slot − delay)`. With period = frequency the windows of
 * consecutive slots meet without gap or overlap.
 */
export function windowFor(rule: Scheduling, slot: Instant, delay: Duration = defaultDelay(rule)): Window {
  const end = minus(slot, delay)
  return { start: minus(end, rule.queryPeriod), end }
}

/** The slot to run at `now`: the last instant of the UTC grid of queryFrequency, counted from 1970, at or before it. */
export function latestDueSlot(rule: Scheduling, now: Instant): Instant {
  return floorTo(now, rule.queryFrequency)
}
