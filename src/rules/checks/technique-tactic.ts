import { tacticsOf } from '../facts/attack.ts'
import { atPath } from '../problem.ts'
import { listed } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const techniqueTactic: RuleCheck = {
  id: 'technique-tactic',
  stage: 'rule',
  summary: 'Each technique belongs to one of the rule’s tactics.',
  why: 'Sentinel’s validator refuses a technique without a tactic that it serves.',
  severity: { strict: 'error', lenient: 'info' },
  fails: { keys: 'tactics:\n  - Impact\nrelevantTechniques:\n  - T1059' },
  passes: { keys: 'tactics:\n  - Execution\nrelevantTechniques:\n  - T1059' },
  run({ techniques, tactics, document }) {
    if (document.damagedKeys.has('tactics')) return []
    const given = new Set<string>(tactics.flatMap(({ value }) => value ?? []))
    return techniques.flatMap(({ value, path }) => {
      const belongsTo = value === undefined ? undefined : tacticsOf(value)
      if (value === undefined || belongsTo === undefined || belongsTo.some((name) => given.has(name))) return []
      const message = `the technique ${value} serves ${listed(belongsTo)}, which the rule does not list`
      return [{ at: atPath(path), message, hint: `add ${belongsTo.join(' or ')} to tactics, or remove the technique` }]
    })
  },
}
