import type { HuntError } from '../domain/errors.ts'
import type { RunResult } from '../run/index.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { milliseconds, minutes } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'

/** A run that the schedule made, without its rows: a pass may make thousands. */
export type SlotResult = RunResult

/** Never less than a moment, so that a workspace whose queries fail at once pays for them too. */
export function usedSince(beganAt: Instant, now: Instant): Duration {
  return milliseconds(Math.max(1, now - beganAt))
}

/** How soon to ask again for a pair that another process works on: when its claim ends, a minute later at most. */
export function busyUntil({ context }: HuntError, now: Instant): Instant {
  const until = context['until']
  const most = plus(now, minutes(1))
  return typeof until === 'number' && until > now && until < most ? instantFromMillis(until) : most
}

/** Another process has the pair, or had it: nothing to report. */
export function isElsewhere(result: SlotResult): boolean {
  return (
    result.kind === 'failed' && ['run/busy', 'run/already-complete', 'ledger/claim-lost'].includes(result.error.code)
  )
}

export function withoutRows(result: SlotResult): SlotResult {
  if (result.kind !== 'finished') return result
  return { ...result, outcome: { ...result.outcome, findings: [] } }
}
