import { formatDuration } from '../../time/duration.ts'
import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const longPeriodFrequency: RuleCheck = {
  id: 'long-period-frequency',
  stage: 'rule',
  summary: 'A rule that looks back two days or more runs hourly at most.',
  why: 'Sentinel refuses such a rule for its load.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'queryFrequency: 10m\nqueryPeriod: 2d' },
  passes: { keys: 'queryFrequency: 1h\nqueryPeriod: 2d' },
  run({ queryFrequency, queryPeriod, effectiveKind }) {
    const [frequency, period] = [queryFrequency.value, queryPeriod.value]
    if (effectiveKind !== 'Scheduled' || frequency === undefined || period === undefined) return []
    if (period < LIMITS.longPeriod || frequency >= LIMITS.longPeriodFrequency) return []
    const message = `queryFrequency ${formatDuration(frequency)} is too short for a queryPeriod of ${formatDuration(period)}`
    return [{ at: atPath(queryFrequency.path), message, hint: 'at least 1h from a queryPeriod of 2d on' }]
  },
}
