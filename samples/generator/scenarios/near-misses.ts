import { businessTrip, oneOffTroubleshooting } from './known-false-positives.ts'
import { agentNotReady, neighbourNode, rejected, sameScriptName } from './near-miss-operations.ts'
import { otherPowerShell, readingTheScript, scriptExtension } from './near-miss-processes.ts'
import { anotherUser, failedSignIn, signInTooEarly, signInTooLate } from './near-miss-sign-ins.ts'
import type { Scenario, Stage } from './scenario.ts'

/** What must not be found, and what is found although it is legitimate. */
export const NEAR_MISSES: readonly ((stage: Stage) => Scenario)[] = [
  oneOffTroubleshooting,
  businessTrip,
  rejected,
  agentNotReady,
  signInTooEarly,
  signInTooLate,
  anotherUser,
  failedSignIn,
  sameScriptName,
  neighbourNode,
  otherPowerShell,
  scriptExtension,
  readingTheScript,
]
