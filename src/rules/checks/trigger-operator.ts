import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const triggerOperator: RuleCheck = {
  id: 'trigger-operator',
  stage: 'rule',
  summary: 'The trigger operator is gt, lt, eq or ne (or GreaterThan, LessThan, Equal, NotEqual).',
  why: 'It decides whether a result raises an alert.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'triggerOperator: more than' },
  passes: { keys: 'triggerOperator: gt' },
  run({ triggerOperator: read, effectiveKind }) {
    if (effectiveKind === 'Hunting') return []
    return choiceProblems(read, 'the trigger operator', ['gt', 'lt', 'eq', 'ne'], '; gt is assumed')
  },
}
