import { SEVERITIES } from '../../domain/rule.ts'
import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const severity: RuleCheck = {
  id: 'severity',
  stage: 'rule',
  summary: 'The severity is Informational, Low, Medium or High.',
  why: 'Alerts and incidents take it over; Sentinel refuses other words.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'severity: Hight' },
  passes: { keys: 'severity: High' },
  run({ severity: read, effectiveKind }) {
    const otherwise = effectiveKind === 'Hunting' ? '; left out' : '; Medium is assumed'
    return choiceProblems(read, 'the severity', SEVERITIES, otherwise)
  },
}
