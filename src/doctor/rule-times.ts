import { isTimed } from '../domain/rule.ts'
import type { Rule } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { LONGEST_MEASURED } from '../time/measured-overlap.ts'
import { delayOf, periodOf } from '../time/rule-times.ts'
import { HUNTING_PERIOD } from '../time/default-times.ts'
import type { DoctorRequest } from './doctor-ports.ts'

/** How far into the past a rule looks, and how late its records may come. */
export interface RuleTimes {
  readonly period: Duration
  /** Undefined for a hunting query without a schedule, which waits for nothing. An overlap that is measured may grow so far. */
  readonly patience: Duration | undefined
  /** How far back its windows begin before their slot, at least. */
  readonly reach: Duration
}

export function timesOf(rule: Rule, settings: Pick<DoctorRequest, 'delay' | 'overlap' | 'tableDelays'>): RuleTimes {
  if (!isTimed(rule)) return { period: HUNTING_PERIOD, patience: undefined, reach: HUNTING_PERIOD }
  const waits = delayOf(rule, settings)
  const period = periodOf(rule)
  const overlap = rule.scheduling.overlap ?? settings.overlap
  const [least, most] = overlap === 'measured' ? [0, LONGEST_MEASURED] : [overlap, overlap]
  return { period, patience: (waits + most) as Duration, reach: (period + waits + least) as Duration }
}
