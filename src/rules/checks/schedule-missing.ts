import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const scheduleMissing: RuleCheck = {
  id: 'schedule-missing',
  stage: 'rule',
  summary: 'A scheduled rule says how often it runs and how far it looks back.',
  why: 'Without a readable duration there is no schedule: the rule is kept as a hunting query, which runs only by hand.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'kind: Scheduled\nqueryFrequency:\nqueryPeriod:' },
  passes: { keys: 'kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h' },
  run({ kind, effectiveKind }) {
    if (kind.value !== 'Scheduled' || effectiveKind === 'Scheduled') return []
    const message =
      'the kind is Scheduled, but neither queryFrequency nor queryPeriod can be read; kept as a hunting query'
    return [{ at: atKey('kind'), message, hint: 'add queryFrequency and queryPeriod, or remove kind' }]
  },
}
