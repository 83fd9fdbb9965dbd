import type { Pair, ScheduleLedger } from '../domain/schedule.ts'
import type { Instant, Window } from '../domain/time.ts'
import { lengthOf, minus } from '../time/instant.ts'

interface Slot extends Pair {
  readonly slot: Instant
  /** As rule and settings say now. */
  readonly usual: Window
}

/**
 * What the run of a slot searches. Where the delay has become shorter since the slot before, the window begins so much
 * earlier: between the end of that one's window and the beginning of this one's there would be minutes that nobody ever
 * searches.
 */
export function windowOfSlot(
  { ruleId, workspace, slot, usual }: Slot,
  ledger: Pick<ScheduleLedger, 'completeBefore'>,
): Window {
  const before = ledger.completeBefore({ ruleId, workspace }, slot)
  if (before === undefined) return usual
  const delay = lengthOf({ start: usual.end, end: slot })
  const missing = lengthOf({ start: before.windowEnd, end: minus(before.slot, delay) })
  return missing > 0 ? { ...usual, start: minus(usual.start, missing) } : usual
}
