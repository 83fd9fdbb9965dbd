import type { ScheduleState } from '../domain/schedule.ts'
import type { Planned } from './plan.ts'
import type { RuleOwners } from './rule-owners.ts'
import type { ScheduleEvent } from './schedule-event.ts'
import { keyOf } from './sync.ts'

/** Rules that another folder has in another version, each pair of versions once. */
export class Rivals {
  readonly #known = new Set<string>()

  newOnes(
    plan: readonly Planned[],
    states: ReadonlyMap<string, ScheduleState>,
    owners: RuleOwners,
  ): readonly ScheduleEvent[] {
    return plan.flatMap((planned): ScheduleEvent[] => {
      const { rule, workspace } = planned
      const state = states.get(keyOf(planned))
      const folder = owners.rivalOf(planned, state)
      if (folder === undefined) return []
      const versions = `${keyOf(planned)}\0${rule.source.sha256}\0${state?.ruleSha256 ?? ''}`
      if (this.#known.has(versions)) return []
      this.#known.add(versions)
      return [{ kind: 'rival', pair: { ruleId: rule.id, workspace }, ruleName: rule.name, folder }]
    })
  }
}
