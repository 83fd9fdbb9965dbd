import { tacticsOf } from '../facts/attack.ts'
import { atPath } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const unknownTechnique: RuleCheck = {
  id: 'unknown-technique',
  stage: 'rule',
  summary: 'Techniques are in MITRE ATT&CK for Enterprise, version 18.',
  why: 'A number that is not there is mistyped, revoked or newer than our table. Techniques of ICS (T0…) are not looked up.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: { keys: 'relevantTechniques:\n  - T1999' },
  passes: { keys: 'relevantTechniques:\n  - T1059' },
  run({ techniques }) {
    return techniques.flatMap(({ value, path }) => {
      if (value === undefined || value.startsWith('T0') || tacticsOf(value) !== undefined) return []
      const hint = 'look it up at attack.mitre.org; it may have been replaced'
      return [{ at: atPath(path), message: `the technique ${value} is not in ATT&CK 18`, hint }]
    })
  },
}
