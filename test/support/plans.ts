import type { Planned } from '../../src/schedule/index.ts'
import { makePlan } from '../../src/schedule/index.ts'
import type { PlanSettings } from '../../src/schedule/index.ts'
import type { ScheduleState } from '../../src/domain/schedule.ts'
import type { NrtRule, ScheduledRule } from '../../src/domain/rule.ts'
import type { Instant } from '../../src/domain/time.ts'
import { days, hours, seconds } from '../../src/time/duration.ts'
import { at } from './instants.ts'
import { scheduledRule } from './rules.ts'

export const SETTINGS: PlanSettings = {
  workspaces: ['local'],
  delay: undefined,
  maxCatchUp: days(7),
  overlap: seconds(0),
  retention: undefined,
  jitter: seconds(0),
}

/** An hourly rule over the last hour. */
export function hourlyRule(changes: Partial<ScheduledRule> = {}): ScheduledRule {
  return scheduledRule({ queryFrequency: hours(1), queryPeriod: hours(1), ...changes })
}

export function planned(rule: ScheduledRule | NrtRule = hourlyRule(), settings: Partial<PlanSettings> = {}): Planned {
  const [first] = makePlan([rule], { ...SETTINGS, ...settings })
  if (first === undefined) throw new Error('the rule is not scheduled')
  return first
}

/** A schedule whose slots are all settled up to a moment. */
export function stateOf(
  { rule, workspace }: Planned,
  settledThrough: string | Instant,
  changes: Partial<ScheduleState> = {},
): ScheduleState {
  const through = typeof settledThrough === 'string' ? at(settledThrough) : settledThrough
  return {
    ruleId: rule.id,
    workspace,
    ruleName: rule.name,
    ruleFile: rule.source.file,
    ruleSha256: rule.source.sha256,
    ruleFolder: '',
    firstSeen: through,
    settledThrough: through,
    slots: [],
    paused: undefined,
    inactive: undefined,
    failing: undefined,
    reconciledThrough: undefined,
    ...changes,
  }
}
