import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const technique: RuleCheck = {
  id: 'technique',
  stage: 'rule',
  summary: 'Techniques have the form Tnnnn or Tnnnn.nnn.',
  why: 'Sentinel refuses other forms. One that contains an id is understood; another is left out.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'relevantTechniques:\n  - T1059 PowerShell' },
  passes: { keys: 'relevantTechniques:\n  - T1059.001' },
  run({ techniques }) {
    return techniques.flatMap((read) => {
      if (read.text === undefined || (read.value !== undefined && read.isExact)) return []
      const effect = read.value === undefined ? 'is no technique; left out' : `is read as ${read.value}`
      const hint =
        read.value === undefined ? 'write T and four digits, for example T1059 or T1059.001' : `write ${read.value}`
      return [{ at: atPath(read.path), message: `${quoted(read.text)} ${effect}`, hint }]
    })
  },
}
