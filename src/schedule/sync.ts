import type { Rule } from '../domain/rule.ts'
import type { InactiveReason, Pair, ScheduleState } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { registrationOf } from './make-plan.ts'
import type { Planned } from './plan.ts'
import type { RuleOwners } from './rule-owners.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'

export interface SyncScope {
  /** Folder that the rules come from; absent: not known, and nobody else's either. */
  readonly folder?: string
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
  { rules, workspaces, isWhole, folder = '' }: SyncScope,
  owners: RuleOwners,
  { ledger, onEvent }: SchedulerPorts,
  now: Instant,
): void {
  ledger.register(
    plan
      .filter((planned) => owners.mustRegister(planned, states.get(keyOf(planned))))
      .map((planned) => registrationOf(planned, now)),
    now,
    folder,
  )
  if (!isWhole) return
  const planned = new Set(plan.map(keyOf))
  const known = new Set(rules.map(({ id }) => id))
  const gone = [...states.values()].filter(
    (state) => workspaces.includes(state.workspace) && !planned.has(pairKey(state)) && owners.isOurs(state),
  )
  const disabled = newly(
    'disabled',
    gone.filter(({ ruleId }) => known.has(ruleId)),
  )
  ledger.deactivate(disabled, 'disabled', now)
  for (const state of disabled) onEvent({ kind: 'disabled', pair: pairOf(state), ruleName: state.ruleName })
  const retired = newly(
    'retired',
    gone.filter(({ ruleId }) => !known.has(ruleId)),
  )
  ledger.deactivate(retired, 'retired', now)
  for (const state of retired) {
    const { ruleName, ruleFile } = state
    onEvent({ kind: 'retired', pair: pairOf(state), ruleName, ruleFile, unread: owners.unreadOf(state) })
  }
}

function newly(reason: InactiveReason, gone: readonly ScheduleState[]): readonly ScheduleState[] {
  return gone.filter(({ inactive }) => inactive?.reason !== reason)
}

function pairOf({ ruleId, workspace }: ScheduleState): Pair {
  return { ruleId, workspace }
}

export function stateMap(states: readonly ScheduleState[]): ReadonlyMap<string, ScheduleState> {
  return new Map(states.map((state) => [pairKey(state), state]))
}

export function pairKey({ ruleId, workspace }: Pair): string {
  return `${ruleId}\0${workspace}`
}

export function keyOf({ rule, workspace }: Planned): string {
  return pairKey({ ruleId: rule.id, workspace })
}
