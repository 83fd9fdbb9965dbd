import type { Duration } from '../../domain/time.ts'
import { formatDuration } from '../../time/duration.ts'
import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Read } from '../read/value.ts'
import type { RuleCheck } from './check.ts'

export const scheduleBounds: RuleCheck = {
  id: 'schedule-bounds',
  stage: 'rule',
  summary: 'queryFrequency and queryPeriod lie between 5 minutes and 14 days.',
  why: 'Sentinel refuses other values.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'queryFrequency: 1m\nqueryPeriod: 30d' },
  passes: { keys: 'queryFrequency: 1h\nqueryPeriod: 14d' },
  run({ queryFrequency, queryPeriod, effectiveKind }) {
    if (effectiveKind !== 'Scheduled') return []
    return [
      ...boundsProblems(queryFrequency, 'queryFrequency', LIMITS.frequency),
      ...boundsProblems(queryPeriod, 'queryPeriod', LIMITS.period),
    ]
  },
}

export function boundsProblems(
  { value, path }: Read<Duration>,
  name: string,
  { least, most }: { readonly least: Duration; readonly most: Duration },
): readonly Problem[] {
  if (value === undefined || (value >= least && value <= most)) return []
  const side = value < least ? 'short' : 'long'
  const message = `${name} ${formatDuration(value)} is too ${side}`
  return [{ at: atPath(path), message, hint: `from ${formatDuration(least)} to ${formatDuration(most)}` }]
}
