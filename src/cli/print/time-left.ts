import type { Duration, Instant } from '../../domain/time.ts'
import { formatDuration, minutes, seconds } from '../../time/duration.ts'

/** A guess from less than this is worse than none; and the first also waits for the engine to be loaded. */
const LEAST_ELAPSED = seconds(3)
const LEAST_DONE = 2

/**
 * `about 2m left`, going by what was done since `startedAt`; undefined while there is nothing to go by, and at the end. Rounded,
 * for it is a guess: up to the next five seconds, or to the minute.
 */
export function timeLeft(
  { done, total }: { readonly done: number; readonly total: number },
  startedAt: Instant,
  now: Instant,
): string | undefined {
  const passed = now - startedAt
  if (passed < LEAST_ELAPSED || done < LEAST_DONE || done >= total) return undefined
  const left = (passed / done) * (total - done)
  const step = left < minutes(2) ? seconds(5) : minutes(1)
  return `about ${formatDuration((Math.ceil(left / step) * step) as Duration)} left`
}
