import { nearestName } from '../../text/near-name.ts'
import type { MapEntry } from '../document/tree.ts'
import type { Problem } from '../problem.ts'
import { HUNT_KEYS, SCHEDULE_KEYS } from '../read/hunt-block.ts'
import { listed, quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const huntKey: RuleCheck = {
  id: 'hunt-key',
  stage: 'rule',
  summary: 'Keys of the hunt: block are known.',
  why: 'The block is read by hunt alone, so an unknown key in it is a misspelt one, and what it should say is not done.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'hunt:\n  identiy: [Caller]' },
  passes: { keys: 'hunt:\n  identity: [Caller]' },
  run({ hunt }) {
    return [
      ...problemsOf(hunt.unknownKeys, HUNT_KEYS, 'the hunt: block'),
      ...problemsOf(hunt.unknownScheduleKeys, SCHEDULE_KEYS, 'hunt.schedule'),
    ]
  },
}

function problemsOf(unknown: readonly MapEntry[], keys: readonly string[], place: string): readonly Problem[] {
  return unknown.map(({ key, keyStart, keyEnd }) => {
    const near = nearestName(key, keys)
    const accepted = `accepted: ${listed(keys)}`
    return {
      at: { kind: 'text', start: keyStart, end: keyEnd },
      message: `${place} has no key ${quoted(key)}`,
      hint: near === undefined ? accepted : `did you mean "${near}"? ${accepted}`,
    }
  })
}
