import type { Rule } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { delayOf } from '../time/rule-times.ts'
import { HUNTING_PERIOD } from '../time/slots.ts'
import type { DoctorRequest } from './doctor-ports.ts'

/** How far into the past a rule looks, and how late its records may come. */
export interface RuleTimes {
  readonly period: Duration
  /** Undefined for a hunting query, which waits for nothing. */
  readonly patience: Duration | undefined
}

export function timesOf(rule: Rule, settings: Pick<DoctorRequest, 'delay' | 'overlap' | 'tableDelays'>): RuleTimes {
  if (rule.kind === 'Hunting') return { period: HUNTING_PERIOD, patience: undefined }
  const waits = delayOf(rule, settings)
  const rereads = rule.scheduling?.overlap ?? settings.overlap
  return { period: rule.queryPeriod, patience: (waits + rereads) as Duration }
}
