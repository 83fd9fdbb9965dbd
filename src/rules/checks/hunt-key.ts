import { nearestName } from '../../text/near-name.ts'
import { HUNT_KEYS } from '../read/hunt-block.ts'
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
    return hunt.unknownKeys.map(({ key, keyStart, keyEnd }) => {
      const near = nearestName(key, HUNT_KEYS)
      const accepted = `accepted: ${listed(HUNT_KEYS)}`
      return {
        at: { kind: 'text', start: keyStart, end: keyEnd },
        message: `the hunt: block has no key ${quoted(key)}`,
        hint: near === undefined ? accepted : `did you mean "${near}"? ${accepted}`,
      }
    })
  },
}
