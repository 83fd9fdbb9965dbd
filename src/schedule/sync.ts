import type { Rule } from '../domain/rule.ts'
import type { Pair, ScheduleState } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { registrationOf } from './make-plan.ts'
import type { Planned } from './plan.ts'
import type { ScheduleObserver } from './schedule-event.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'

export interface SyncScope {
  /** All rules that there are, also those without a schedule. */
  readonly rules: readonly Rule[]
  readonly workspaces: readonly string[]
  /** False when only some rules were chosen: what is missing then is not gone. */
  readonly isWhole: boolean
}

/**
 * Makes the ledger's schedules those of the rules: new ones begin, those whose file is gone or says `enabled: false` end,
 * which is recorded and said. Their history stays.
 */
export function syncSchedules(
  plan: readonly Planned[],
  states: ReadonlyMap<string, ScheduleState>,
  { rules, workspaces, isWhole }: SyncScope,
  { ledger, onEvent }: SchedulerPorts,
  now: Instant,
): void {
  ledger.register(
    plan
      .filter((planned) => needsRegistration(planned, states.get(keyOf(planned))))
      .map((planned) => registrationOf(planned, now)),
    now,
  )
  if (!isWhole) return
  const planned = new Set(plan.map(keyOf))
  const known = new Set(rules.map(({ id }) => id))
  const gone = [...states.values()].filter(
    (state) => workspaces.includes(state.workspace) && !planned.has(pairKey(state)),
  )
  end(
    gone.filter(({ ruleId }) => known.has(ruleId)),
    'disabled',
    ledger,
    now,
    onEvent,
  )
  end(
    gone.filter(({ ruleId }) => !known.has(ruleId)),
    'retired',
    ledger,
    now,
    onEvent,
  )
}

/** Has the ledger another idea of the pair than its rule's file, or none? */
export function needsRegistration({ rule }: Planned, state: ScheduleState | undefined): boolean {
  return (
    state === undefined ||
    state.inactive !== undefined ||
    state.ruleSha256 !== rule.source.sha256 ||
    state.ruleFile !== rule.source.file ||
    state.ruleName !== rule.name
  )
}

function end(
  gone: readonly ScheduleState[],
  reason: 'disabled' | 'retired',
  ledger: SchedulerPorts['ledger'],
  now: Instant,
  onEvent: ScheduleObserver,
): void {
  const fresh = gone.filter(({ inactive }) => inactive?.reason !== reason)
  ledger.deactivate(fresh, reason, now)
  for (const { ruleId, workspace, ruleName, ruleFile } of fresh) {
    const pair: Pair = { ruleId, workspace }
    onEvent(reason === 'retired' ? { kind: reason, pair, ruleName, ruleFile } : { kind: reason, pair, ruleName })
  }
}

export function pairKey({ ruleId, workspace }: Pair): string {
  return `${ruleId}\0${workspace}`
}

export function keyOf({ rule, workspace }: Planned): string {
  return pairKey({ ruleId: rule.id, workspace })
}
