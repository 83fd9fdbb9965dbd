import type { ReadKey } from '../document/keys.ts'
import type { RuleKind } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import { listed } from '../wording.ts'
import type { RuleCheck } from './check.ts'
import { missingOf } from './missing-field.ts'

const EXPECTED: Readonly<Record<RuleKind, readonly ReadKey[]>> = {
  Scheduled: ['description', 'requiredDataConnectors', 'tactics', 'version'],
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
    const missing = missingOf(draft, EXPECTED[draft.effectiveKind])
    const isThere = (key: ReadKey): boolean => draft.document.keys.has(key)
    const empty = missing.filter(isThere).map((key) => ({
      at: atKey(key),
      message: `${key} is empty`,
      hint: `fill ${key} in`,
    }))
    const absent = missing.filter((key) => !isThere(key))
    if (absent.length === 0) return empty
    const message = `the rule has no ${listed(absent)}`
    return [...empty, { at: atKey('name'), message, hint: `add ${listed(absent)}` }]
  },
}
