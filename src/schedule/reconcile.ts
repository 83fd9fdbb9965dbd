import type { ScheduleState, SearchedSlot } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { isGoneCode } from '../run/index.ts'
import { days, milliseconds } from '../time/duration.ts'
import { floorTo, instantFromMillis, minus, plus } from '../time/instant.ts'
import { waitAfter } from './failure-class.ts'
import type { Planned } from './plan.ts'

/** What the reconciliation of a pair owes. Pure, like `Due`. */
export interface Reconciliation {
  /** The slot to search once more now; undefined when none is left, or each must wait after a failure. */
  readonly slot: SearchedSlot | undefined
  /** Every slot at or before this one needs none any more. */
  readonly through: Instant
  /** Slots that could not be reconciled until they were too old. */
  readonly givenUp: number
}

/**
 * Slots of days that ended at least `after` ago are searched once more, once: by then what came late is there. None is
 * owed for a slot that was searched later than that anyway, after an outage for example, nor for one that is a gap.
 */
export function reconciliationOf(
  planned: Planned,
  searched: readonly SearchedSlot[],
  { from, through }: { readonly from: Instant; readonly through: Instant },
  now: Instant,
  after: Duration,
): Reconciliation {
  const { maxCatchUp, retention, window } = planned
  const isGone = ({ slot, lastError }: SearchedSlot): boolean =>
    slot <= minus(now, maxCatchUp) ||
    (retention !== undefined && window(slot).start < minus(now, retention)) ||
    isGoneCode(lastError?.code ?? '')
  let givenUp = 0
  let settled = from
  let next: SearchedSlot | undefined
  let isOpen = false
  for (const each of searched) {
    const isDone = each.isReconciled || each.searchedAt >= momentOf(each.slot, after)
    if (!isDone && isGone(each)) givenUp += isOpen ? 0 : 1
    else if (!isDone) {
      isOpen = true
      if (retryAt(each) > now) continue
      next = each
      break
    }
    if (!isOpen) settled = each.slot
  }
  return { slot: next, through: isOpen ? settled : through, givenUp }
}

/**
 * The interval of slots that may be reconciled now; undefined when there is none. What is still owed comes first, and a
 * pair that nobody has reconciled yet begins with the last day that is over.
 */
export function reconcilable(
  { settledThrough, reconciledThrough, failing, paused, inactive }: ScheduleState,
  now: Instant,
  after: Duration,
): { readonly from: Instant; readonly through: Instant } | undefined {
  if (failing !== undefined || inactive !== undefined) return undefined
  if (paused !== undefined && paused.since <= now && (paused.until ?? Infinity) > now) return undefined
  const horizon = reconciliationHorizon(now, after)
  const from = reconciledThrough ?? minus(horizon, days(1))
  const through = settledThrough < horizon ? settledThrough : horizon
  return through > from ? { from, through } : undefined
}

/** The last moment of the last day that ended at least `after` ago. */
export function reconciliationHorizon(now: Instant, after: Duration): Instant {
  return minus(floorTo(minus(now, after), days(1)), milliseconds(1))
}

/** From when on the day of a slot is over and what came late is there. */
function momentOf(slot: Instant, after: Duration): Instant {
  return plus(plus(floorTo(slot, days(1)), days(1)), after)
}

function retryAt({ failures, lastFailedAt, lastError }: SearchedSlot): Instant {
  if (lastFailedAt === undefined || lastError === undefined) return instantFromMillis(0)
  return plus(
    lastFailedAt,
    waitAfter(lastError, failures, () => 0.5),
  )
}
