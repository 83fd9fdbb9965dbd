import { formatDuration } from '../../time/duration.ts'
import { atPath } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const periodBelowFrequency: RuleCheck = {
  id: 'period-below-frequency',
  stage: 'rule',
  summary: 'The query looks back at least as far as the last run.',
  why: 'Otherwise no run ever sees the records in between; Sentinel refuses such a rule.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'queryFrequency: 1d\nqueryPeriod: 1h' },
  passes: { keys: 'queryFrequency: 1h\nqueryPeriod: 1d' },
  run({ queryFrequency, queryPeriod, effectiveKind }) {
    const [frequency, period] = [queryFrequency.value, queryPeriod.value]
    if (effectiveKind !== 'Scheduled' || frequency === undefined || period === undefined || period >= frequency)
      return []
    const message = `queryPeriod ${formatDuration(period)} is shorter than queryFrequency ${formatDuration(frequency)}: records in between are never seen`
    return [{ at: atPath(queryPeriod.path), message, hint: `write at least ${formatDuration(frequency)}` }]
  },
}
