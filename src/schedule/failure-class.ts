import type { ErrorRecord } from '../domain/errors.ts'
import type { SlotRecord } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { days, hours, minutes } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'

/** What of the schedule a failure concerns, and how patiently it is tried again. */
export interface FailureClass {
  /**
   * `slot`: this slot only, later ones may go first. `rule`: every slot of the rule on this workspace. `workspace`: every
   * rule on it, so that one wrong role does not make a thousand requests.
   */
  readonly concerns: 'slot' | 'rule' | 'workspace'
  /** Permanent failures make the rule unhealthy at once, transient ones when they last. */
  readonly isPermanent: boolean
  /** Wait after the first failure. */
  readonly delay: Duration
  readonly factor: number
  readonly longest: Duration
}

interface ClassRule {
  readonly matches: (error: ErrorRecord) => boolean
  readonly is: FailureClass
}

const code =
  (...prefixes: readonly string[]) =>
  (error: ErrorRecord): boolean =>
    prefixes.some((prefix) => error.code.startsWith(prefix))

const transient = (concerns: FailureClass['concerns'], delay: Duration, longest: Duration): FailureClass => ({
  concerns,
  isPermanent: false,
  delay,
  factor: 2,
  longest,
})

/**
 * First match wins. The backend has tried again within the run where that made sense; these waits come after it gave up.
 * Sentinel tries six times and then skips the window for good (shared/reference/azure-contract.md B10); here a slot
 * stays due until it is too old to catch up.
 */
const CLASSES: readonly ClassRule[] = [
  // Killed or taken over: nothing says that the next attempt will fail.
  { matches: code('run/abandoned', 'run/clock-ahead'), is: transient('slot', 0 as Duration, 0 as Duration) },
  { matches: code('backend/timeout'), is: transient('slot', minutes(5), hours(6)) },
  {
    matches: code('backend/result-truncated', 'backend/query-out-of-memory', 'backend/too-many-rows'),
    is: { concerns: 'slot', isPermanent: true, delay: hours(1), factor: 2, longest: days(1) },
  },
  // Its window has just grown older than what is kept: the next look gives it up as a gap, and later slots are none the worse.
  { matches: code('backend/beyond-retention'), is: transient('slot', minutes(5), hours(6)) },
  { matches: code('backend/partial-result'), is: transient('slot', minutes(5), hours(6)) },
  // Files that could not be written: the answer was whole, and other rules may have the same trouble.
  { matches: code('files/', 'output/'), is: transient('slot', minutes(1), hours(1)) },
  {
    matches: code('auth/', 'config/', 'local/no-data-folder'),
    is: { concerns: 'workspace', isPermanent: true, delay: minutes(5), factor: 2, longest: hours(1) },
  },
  {
    matches: (error) => error.retryable && code('backend/')(error),
    is: transient('workspace', minutes(1), minutes(15)),
  },
  { matches: (error) => error.retryable, is: transient('rule', minutes(1), minutes(30)) },
  {
    matches: () => true,
    is: { concerns: 'rule', isPermanent: true, delay: hours(1), factor: 2, longest: days(1) },
  },
]

export function failureClassOf(error: ErrorRecord): FailureClass {
  const found = CLASSES.find(({ matches }) => matches(error))
  if (found === undefined) throw new TypeError('the last failure class matches everything')
  return found.is
}

/**
 * Wait after so many failures in a row, the last of which was `error`; with jitter, so that what failed together does not
 * return together. Never less than the service asked for, within reason.
 */
export function waitAfter(error: ErrorRecord, failures: number, random: () => number): Duration {
  const failure = failureClassOf(error)
  const exact = Math.min(failure.longest, failure.delay * failure.factor ** Math.max(0, failures - 1))
  return Math.max(Math.round(exact * (0.75 + random() / 2)), askedFor(error)) as Duration
}

/** Longer than any window in which these services count: who asks for more may have a header that is wrong, and is asked again then. */
const LONGEST_ASKED = hours(1)

/** `Retry-After` of the last answer, as the backend hands it on. */
function askedFor({ context }: ErrorRecord): number {
  const wait = context['retryAfterMilliseconds']
  return typeof wait === 'number' ? Math.min(wait, LONGEST_ASKED) : 0
}

/** When a slot that failed by itself may be tried again; at once by another version of the rule. Without jitter: every process must come to the same answer. */
export function slotRetryAt(record: SlotRecord, ruleSha256: string): Instant {
  const { failures, lastFailedAt, lastError, lastRuleSha256 } = record
  const isEdited = lastRuleSha256 !== undefined && lastRuleSha256 !== ruleSha256
  if (lastFailedAt === undefined || lastError === undefined || isEdited) return instantFromMillis(0)
  const failure = failureClassOf(lastError)
  return failure.concerns === 'slot'
    ? plus(
        lastFailedAt,
        waitAfter(lastError, failures, () => 0.5),
      )
    : instantFromMillis(0)
}
