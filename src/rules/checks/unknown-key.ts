import { nearestName } from '../../text/near-name.ts'
import { READ_KEYS } from '../document/keys.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const unknownKey: RuleCheck = {
  id: 'unknown-key',
  stage: 'rule',
  summary: 'Top-level keys are known.',
  why: 'An unknown key has no effect here. It is never a reason to refuse a rule.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: { keys: 'priority: 1' },
  passes: { keys: 'tags:\n  - priority-1' },
  run({ document }) {
    return document.unknownKeys.map(({ key, keyStart, keyEnd }) => {
      const near = nearestName(key, READ_KEYS)
      const message = `the key ${quoted(key)} has no meaning`
      const at = { kind: 'text', start: keyStart, end: keyEnd } as const
      return near === undefined ? { at, message } : { at, message, hint: `did you mean "${near}"?` }
    })
  },
}
