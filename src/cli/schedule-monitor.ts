import { IncompleteError } from '../domain/errors.ts'
import type { Instant } from '../domain/time.ts'
import { statusOf } from '../schedule/index.ts'
import type { PairStatus, Planned, RequestBudget, SchedulerPorts } from '../schedule/index.ts'
import { minutes, seconds } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import type { Duration } from '../domain/time.ts'
import type { Health, ScheduleSnapshot } from '../monitor/index.ts'

/** A scheduler that has not looked for so long is stuck: it looks several times a minute. */
const STALE_AFTER = minutes(5)

/** What the daemon last did, for those who watch it. */
export class ScheduleWatch {
  plan: readonly Planned[] = []
  /** Rules whose file is broken. */
  oldVersions = 0
  lastLook: Instant | undefined

  /** Asks the ledger; throws LedgerError. */
  snapshot({ ledger, clock, sinks }: SchedulerPorts, budget?: RequestBudget): ScheduleSnapshot {
    const now = clock.now()
    const gaps = ledger.gaps({ acknowledged: false })
    const status = statusOf({ plan: this.plan, states: ledger.schedules(), coverage: [], gaps, now })
    // Zero is said too: a series that is missing looks like a daemon that is.
    const outbox = Object.fromEntries([...sinks.map(({ name }) => [name, 0] as const), ...ledger.pendingCounts()])
    return {
      pairs: status
        .filter(({ step }) => step !== undefined)
        .map((pair) => ({
          ruleId: pair.ruleId,
          workspace: pair.workspace,
          owed: pair.owed,
          isFailing: pair.condition === 'failing',
          lag: lagOf(pair, now),
        })),
      openGapSlots: status.reduce((sum, { gapSlots }) => sum + gapSlots, 0),
      oldVersions: this.oldVersions,
      outbox,
      budgets: budgetsOf(budget, now),
    }
  }

  health(now: Instant, isStopping: boolean): Health {
    const { lastLook } = this
    const detail = {
      lastLook: lastLook === undefined ? null : formatInstant(lastLook),
      schedules: this.plan.length,
      rulesOnOldVersion: this.oldVersions,
    }
    if (isStopping) return { status: 'stopping', detail }
    if (lastLook === undefined) return { status: 'starting', detail }
    return { status: now - lastLook > STALE_AFTER ? 'stale' : 'ok', detail }
  }
}

/**
 * Names without the tenant ids that identities are told apart by; a workspace with limits of its own has its name. The span of a
 * rate stands in its name: services count over different ones.
 */
export function budgetsOf(budget: RequestBudget | undefined, now: Instant): ScheduleSnapshot['budgets'] {
  if (budget === undefined) return {}
  const usage = budget.usage(now)
  const identities = usage.filter(({ workspace }) => workspace === undefined)
  const named = [
    ...identities.map((each, index) => ({ ...each, suffix: index === 0 ? '' : `_${index + 1}` })),
    ...usage.flatMap((each) => (each.workspace === undefined ? [] : [{ ...each, suffix: `:${each.workspace}` }])),
  ]
  return Object.fromEntries(
    named.flatMap(({ suffix, running, recent, limits }) => [
      [`queries_at_once${suffix}`, { used: running, limit: limits.concurrent }],
      [`queries_in_${limits.per / seconds(1)}s${suffix}`, { used: recent, limit: limits.rate }],
    ]),
  )
}

/** Since when the oldest owed slot is due. */
function lagOf({ owed, step, state }: PairStatus, now: Instant): Duration {
  if (owed === 0 || step === undefined || state === undefined) return 0 as Duration
  return Math.max(0, now - state.settledThrough - step) as Duration
}

export function monitorProblem(problem: string): IncompleteError {
  return new IncompleteError({
    code: 'run/monitor',
    message: problem,
    hint: 'The hunt goes on; whoever waits for the sign of life will be alarmed.',
    retryable: true,
  })
}
