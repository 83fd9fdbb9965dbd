import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const versionForm: RuleCheck = {
  id: 'version-form',
  stage: 'rule',
  summary: 'The version has the form X.Y.Z.',
  why: 'YAML takes two parts for a decimal number, in which 1.10 is 1.1. The text is kept as it stands.',
  severity: { strict: 'error', lenient: 'info' },
  fails: { keys: 'version: 1.0' },
  passes: { keys: 'version: 1.0.0' },
  run({ version }) {
    if (version.value === undefined || version.value === '') return []
    if (/^\d+\.\d+\.\d+$/.test(version.value) && version.value.length <= LIMITS.versionLength) return []
    const message = `the version ${quoted(version.value)} does not have three parts`
    return [{ at: atPath(version.path), message, hint: 'write X.Y.Z, for example 1.0.0' }]
  },
}
