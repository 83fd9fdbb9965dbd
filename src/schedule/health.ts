import type { RunOutcome } from '../domain/run.ts'
import type { Failing } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { plus } from '../time/instant.ts'
import { failureClassOf, waitAfter } from './failure-class.ts'
import type { Planned } from './plan.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'

/** Records how a run went with its rule: a complete one makes it healthy, any other says since when and why it is not. */
export function noteResult({ rule, workspace, version }: Planned, outcome: RunOutcome, ports: SchedulerPorts): void {
  const { ledger, onEvent, clock } = ports
  const pair = { ruleId: rule.id, workspace }
  const before = ledger.schedules(pair)[0]?.failing
  if (outcome.status === 'complete' || outcome.error === undefined) {
    if (before === undefined) return
    ledger.setFailing(pair, undefined)
    onEvent({ kind: 'recovered', pair, ruleName: rule.name, since: before.since })
    releaseOthers(before, workspace, ports)
    return
  }
  const failing = failingAfter(outcome, version, before, clock.now(), ports.random)
  ledger.setFailing(pair, failing)
  const { isPermanent } = failureClassOf(outcome.error)
  const isNews = before === undefined || before.error.code !== outcome.error.code
  onEvent({ kind: 'failing', pair, ruleName: rule.name, failing, isPermanent, isNews })
}

/**
 * What kept the whole workspace from answering, until somebody mended it (a login, a role, a setting), is over for whoever failed
 * for it. Only a rule that failed so itself can tell: one that was well all the time says nothing of the others' trouble. What
 * passes by itself keeps its short waits, which the service may have asked for.
 */
function releaseOthers({ error }: Failing, workspace: string, { ledger, clock }: SchedulerPorts): void {
  const { concerns, isPermanent } = failureClassOf(error)
  if (concerns === 'workspace' && isPermanent) ledger.releaseFailing(workspace, error.code, clock.now())
}

function failingAfter(
  { error, startedAt }: RunOutcome,
  version: string,
  before: Failing | undefined,
  now: Instant,
  random: () => number,
): Failing {
  if (error === undefined) throw new TypeError('only a run with an error fails')
  const failure = failureClassOf(error)
  const isSame = before?.error.code === error.code
  const failures = (before?.failures ?? 0) + 1
  // A failure of one slot holds up no other; the slot itself waits as slotRetryAt says.
  const wait = failure.concerns === 'slot' ? 0 : waitAfter(error, isSame ? failures : 1, random)
  return {
    since: before?.since ?? startedAt,
    failures,
    nextTry: plus(now, wait as Parameters<typeof plus>[1]),
    error,
    version,
  }
}
