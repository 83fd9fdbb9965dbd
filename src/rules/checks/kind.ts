import { RULE_KINDS } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const kind: RuleCheck = {
  id: 'kind',
  stage: 'rule',
  summary: 'The kind is Scheduled or NRT; a hunting query has none (or Hunting).',
  why: 'The kind decides whether a rule runs by itself.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'kind: scheduled' },
  passes: { keys: 'kind: Scheduled' },
  run(draft) {
    const { kind: read, effectiveKind, document } = draft
    if (read.text !== undefined) {
      return choiceProblems(read, 'the kind', RULE_KINDS, `; read as ${effectiveKind}`)
    }
    if (effectiveKind !== 'Scheduled' || document.damagedKeys.has('kind')) return []
    const message = 'the rule has a schedule and a trigger, but no kind; read as Scheduled'
    return [{ at: atKey('queryFrequency'), message, hint: 'add "kind: Scheduled"' }]
  },
}
