import { LIMITS } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

const KEY = /^[a-zA-Z]+\w*$/

export const customDetails: RuleCheck = {
  id: 'custom-details',
  stage: 'rule',
  summary: 'At most 20 custom details, with keys of at most 20 letters, digits and underscores, each naming a column.',
  why: 'Sentinel refuses other keys and more details.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'customDetails:\n  name of the script: Caller' },
  passes: { keys: 'customDetails:\n  ScriptName: Caller' },
  run({ customDetails: details }) {
    const problems: Problem[] = []
    if (details.length > LIMITS.customDetails) {
      const message = `${details.length} custom details, ${LIMITS.customDetails} are allowed`
      problems.push({ at: atKey('customDetails'), message })
    }
    for (const { key, column } of details) {
      if (!KEY.test(key) || key.length > LIMITS.customDetailKeyLength) {
        const hint = `a letter, then letters, digits or underscores; at most ${LIMITS.customDetailKeyLength} in all`
        problems.push({ at: atKey(column.path), message: `${quoted(key)} is no key for a custom detail`, hint })
      }
      if (column.value) continue
      const message = `the custom detail ${quoted(key)} names no column; left out`
      problems.push({ at: atKey(column.path), message, hint: 'write the name of a result column' })
    }
    return problems
  },
}
