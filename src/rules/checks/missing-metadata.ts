import type { ReadKey } from '../document/keys.ts'
import type { RuleKind } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'
import { missingOf } from './missing-field.ts'

const EXPECTED: Readonly<Record<RuleKind, readonly ReadKey[]>> = {
  Scheduled: ['kind', 'description', 'requiredDataConnectors', 'tactics', 'version'],
  NRT: ['description', 'requiredDataConnectors', 'tactics', 'version'],
  Hunting: ['description', 'requiredDataConnectors', 'tactics'],
}

export const missingMetadata: RuleCheck = {
  id: 'missing-metadata',
  stage: 'rule',
  summary: 'A rule says what it finds, from which tables, which tactic that serves, and in which version.',
  why: 'The rule runs without it, but whoever reads the incident is left alone.',
  severity: { strict: 'error', lenient: 'info' },
  fails: { keys: 'description:' },
  passes: { keys: 'description: Finds scripts that ran once.' },
  run(draft) {
    return missingOf(draft, EXPECTED[draft.effectiveKind]).map((key) => ({
      at: atKey(draft.document.keys.has(key) ? key : 'name'),
      message: `the rule has no ${key}`,
      hint: `add ${key}`,
    }))
  },
}
