import type { ReadKey } from '../document/keys.ts'
import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'

const WITHOUT_EFFECT: readonly ReadKey[] = ['queryFrequency', 'queryPeriod']

export const nrtSchedule: RuleCheck = {
  id: 'nrt-schedule',
  stage: 'rule',
  summary: 'A near-real-time rule names no schedule.',
  why: 'It runs every minute over the minute before, whatever the file says.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: { keys: 'kind: NRT\nqueryFrequency: 1h\nqueryPeriod: 1h' },
  passes: { keys: 'kind: NRT\nqueryFrequency:\nqueryPeriod:' },
  run({ document, effectiveKind }) {
    if (effectiveKind !== 'NRT') return []
    return WITHOUT_EFFECT.filter((key) => (document.keys.get(key)?.value.kind ?? 'null') !== 'null').map((key) => ({
      at: atKey(key),
      message: `${key} has no effect in a near-real-time rule, which runs every minute`,
      hint: `remove ${key}, or write "kind: Scheduled"`,
    }))
  },
}
