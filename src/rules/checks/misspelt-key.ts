import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const misspeltKey: RuleCheck = {
  id: 'misspelt-key',
  stage: 'rule',
  summary: 'Keys are spelt as Sentinel spells them.',
  why: 'A misspelt key would be without effect. It is read as the key that it resembles when that one is missing.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'querry: AzureActivity\nquery:' },
  passes: { keys: 'query: AzureActivity' },
  run({ document }) {
    return document.misspeltKeys.map(({ entry, as }) => ({
      at: { kind: 'text', start: entry.keyStart, end: entry.keyEnd },
      message: `the key ${quoted(entry.key)} is read as "${as}"`,
      hint: `write ${as}`,
    }))
  },
}
