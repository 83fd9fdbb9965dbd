import type { Rule } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import { defaultDelay } from '../time/slots.ts'
import type { DoctorRequest } from './doctor-ports.ts'

/** How far into the past a rule looks, and how late its records may come. */
export interface RuleTimes {
  readonly period: Duration
  /** Undefined for a hunting query, which waits for nothing. */
  readonly patience: Duration | undefined
}

/** What Sentinel's hunting page searches when nobody chooses a time range. */
const HUNTING_PERIOD = days(1)

export function timesOf(rule: Rule, { delay, overlap }: Pick<DoctorRequest, 'delay' | 'overlap'>): RuleTimes {
  if (rule.kind === 'Hunting') return { period: HUNTING_PERIOD, patience: undefined }
  const waits = rule.scheduling?.delay ?? delay ?? defaultDelay(rule)
  const rereads = rule.scheduling?.overlap ?? overlap
  return { period: rule.queryPeriod, patience: (waits + rereads) as Duration }
}
