import type { Duration } from '../domain/time.ts'
import { days, minutes } from './duration.ts'

/**
 * How long records may take to arrive before a window is searched. Sentinel executes a rule five minutes after its
 * nominal time, an NRT rule after two (shared/reference/azure-contract.md B3, B9).
 */
export const SCHEDULED_DELAY: Duration = minutes(5)
export const NRT_DELAY: Duration = minutes(2)

/** What Sentinel's hunting page searches when nobody chooses a time range: the last 24 hours. */
export const HUNTING_PERIOD: Duration = days(1)

export function defaultDelay(rule: { readonly kind: 'Scheduled' | 'NRT' | 'Hunting' }): Duration {
  return rule.kind === 'NRT' ? NRT_DELAY : SCHEDULED_DELAY
}
