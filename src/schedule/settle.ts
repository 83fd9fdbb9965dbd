import type { NewGap, ScheduleState } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { dueOf } from './due.ts'
import type { DueOptions } from './due.ts'
import type { Planned } from './plan.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'
import { keyOf, pairKey } from './sync.ts'

/**
 * Moves the schedules on over slots that will not be searched, and tells of the gaps that this leaves. Returns how many it has moved.
 */
export function settleSchedules(
  plan: readonly Planned[],
  states: ReadonlyMap<string, ScheduleState>,
  { now, ...options }: DueOptions & { readonly now: Instant },
  { ledger, clock, onEvent }: Pick<SchedulerPorts, 'ledger' | 'clock' | 'onEvent'>,
): number {
  const names = new Map<string, string>()
  const advances = plan.flatMap((planned) => {
    const key = keyOf(planned)
    const state = states.get(key)
    const advance = state === undefined ? undefined : dueOf(planned, state, now, options).advance
    if (advance === undefined) return []
    names.set(key, planned.rule.name)
    return [advance]
  })
  for (const { gaps, ruleId, workspace } of ledger.advance(advances, clock.now())) {
    const key = pairKey({ ruleId, workspace })
    for (const gap of gaps.filter((each) => isNews(each, states.get(key)))) {
      onEvent({ kind: 'gap', gap, ruleName: names.get(key) ?? ruleId })
    }
  }
  return advances.length
}

/** Somebody asked for the pause: its first slot is worth a word, and not each of the ten thousand of a week. */
function isNews({ reason, after }: NewGap, state: ScheduleState | undefined): boolean {
  return reason !== 'paused' || state?.paused === undefined || after <= state.paused.since
}
