import { TACTICS } from '../facts/limits.ts'
import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const tactic: RuleCheck = {
  id: 'tactic',
  stage: 'rule',
  summary: 'Tactics are those of MITRE ATT&CK, in Sentinel’s spelling.',
  why: 'Sentinel refuses other words. A known one in another spelling is understood; an unknown one is left out.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'tactics:\n  - CommandandControl' },
  passes: { keys: 'tactics:\n  - CommandAndControl\nrelevantTechniques: []' },
  run({ tactics }) {
    return tactics.flatMap((read) => choiceProblems(read, 'the tactic', TACTICS, '; left out'))
  },
}
