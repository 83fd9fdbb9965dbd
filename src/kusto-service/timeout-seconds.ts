import type { Duration } from '../domain/time.ts'
import { minutes, seconds } from '../time/duration.ts'

/** What a service is told: the shortest of what is asked for, what the workspace allows and what the service takes. */
export function timeoutSeconds(asked: Duration, ofWorkspace: Duration | undefined, ofService: Duration): number {
  return Math.max(1, Math.ceil(Math.min(asked, ofWorkspace ?? ofService, ofService) / seconds(1)))
}

/** The longest that rule, settings and workspace may say. */
const LONGEST_SETTING = minutes(10)

/** Ends the hint for a query that ran out of its time: who asked for all there is can only ask for less. */
export function orRaiseTimeout({ timeoutSeconds: given }: { readonly timeoutSeconds: number }): string {
  if (seconds(given) >= LONGEST_SETTING) return ''
  return ', or raise hunt.timeout of the rule, else timeout; limits.timeout of the workspace bounds both (each at most 10m)'
}
