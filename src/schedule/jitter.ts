import { createHash } from 'node:crypto'
import type { Duration } from '../domain/time.ts'
import { milliseconds } from '../time/duration.ts'

/** No more than this share of the way to the next slot: a rule of five minutes must not wait for ten. */
const SHARE = 4

/**
 * How long after its slot a rule begins on a workspace. The same every time, so that the distance between two runs stays
 * the rule's own; the window does not move with it. Sentinel spreads its rules by the time at which each was created;
 * ours all lie on one grid and would begin together.
 */
export function jitterOf(ruleId: string, workspace: string, step: Duration, most: Duration): Duration {
  const spread = Math.min(most, step / SHARE)
  const digest = createHash('sha256').update(`${ruleId}\0${workspace}`).digest()
  return milliseconds(Math.floor((digest.readUInt32BE(0) / 2 ** 32) * spread))
}
