import type { ReadKey } from '../document/keys.ts'
import type { RuleKind } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import type { RuleDraft } from '../read/rule-draft.ts'
import type { RuleCheck } from './check.ts'

const REQUIRED: Readonly<Record<RuleKind, readonly ReadKey[]>> = {
  Scheduled: ['id', 'name', 'severity', 'queryFrequency', 'queryPeriod', 'triggerOperator', 'triggerThreshold'],
  NRT: ['id', 'name', 'severity'],
  Hunting: ['id', 'name'],
}

/** What a rule gets that does not say. */
const INSTEAD: Readonly<Partial<Record<ReadKey, string>>> = {
  id: 'an id is made from the path of the file, so it changes when the file moves',
  name: 'the rule is named after its file',
  severity: 'Medium is assumed',
  queryFrequency: 'the rule runs once per queryPeriod',
  queryPeriod: 'the query looks back one queryFrequency',
  triggerOperator: 'gt is assumed',
  triggerThreshold: '0 is assumed',
}

export const missingField: RuleCheck = {
  id: 'missing-field',
  stage: 'rule',
  summary: 'A rule has the fields that its kind needs to run.',
  why: 'What is missing gets a default, which may not be what the author has in mind.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'id:' },
  passes: { keys: 'id: 0f4a6a0e-6a53-4a3c-9a6c-1f9f6b6b3c11' },
  run(draft) {
    return missingOf(draft, REQUIRED[draft.effectiveKind]).map((key) => ({
      at: atKey(draft.document.keys.has(key) ? key : 'name'),
      message: `the rule has no ${key}`,
      hint: INSTEAD[key] ?? `add ${key}`,
    }))
  },
}

export function missingOf({ document, id }: RuleDraft, keys: readonly ReadKey[]): readonly ReadKey[] {
  return keys.filter((key) => {
    if (document.damagedKeys.has(key)) return false
    if (key === 'id' && id.text !== undefined) return false
    const node = document.keys.get(key)?.value
    return node === undefined || node.kind === 'null' || (node.kind === 'scalar' && node.text.trim() === '')
  })
}
