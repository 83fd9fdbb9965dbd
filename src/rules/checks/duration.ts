import type { Duration } from '../../domain/time.ts'
import { formatDuration } from '../../time/duration.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Read } from '../read/value.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

const FORMS =
  'write a number with d, h, m or s (1d, 30m, 1h10m), ISO 8601 (PT1H) or .NET (1.00:00:00); no months or years'

export const duration: RuleCheck = {
  id: 'duration',
  stage: 'rule',
  summary: 'Durations can be read.',
  why: 'A schedule or window that cannot be read is replaced by a default. Months and years have no fixed length.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'queryFrequency: hourly' },
  passes: { keys: 'queryFrequency: 1h' },
  run({ queryFrequency, queryPeriod, suppressionDuration, incident, effectiveKind }) {
    const schedule = effectiveKind === 'NRT' ? [] : [queryFrequency, queryPeriod]
    const lookback = incident.grouping === undefined ? [] : [incident.grouping.lookbackDuration]
    return [...schedule, suppressionDuration, ...lookback].flatMap(problemsOf)
  },
}

function problemsOf(read: Read<Duration>): readonly Problem[] {
  if (read.text === undefined || read.text.trim() === '' || (read.value !== undefined && read.isExact)) return []
  const what = `${read.path.split('.').at(-1) ?? read.path} ${quoted(read.text)}`
  const message =
    read.value === undefined ? `${what} is no duration` : `${what} is read as ${formatDuration(read.value)}`
  return [{ at: atPath(read.path), message, hint: FORMS }]
}
