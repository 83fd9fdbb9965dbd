import type { Advance, GapReason, NewGap, ScheduleState, SlotRecord } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { isGoneCode } from '../run/index.ts'
import { instantFromMillis, minus } from '../time/instant.ts'
import { slotRetryAt } from './failure-class.ts'
import type { Planned } from './plan.ts'

/** What a pair owes at a moment. Pure: the same ledger and the same time give the same answer in every process. */
export interface Due {
  /** The slot to run now; undefined when none is due, or none may be tried yet. */
  readonly slot: Instant | undefined
  /** When that one was to begin. */
  readonly dueAt: Instant
  /** Not the newest slot: it is being caught up. */
  readonly isBacklog: boolean
  /** How many slots are owed, the one to run included. */
  readonly owed: number
  /** When to look again if nothing is to run now. */
  readonly nextLook: Instant
  /** What to record first: slots that are given up, and how far all is settled. */
  readonly advance: Advance | undefined
}

export interface DueOptions {
  /** Does jitter hold? Not for a single pass from cron, which chose its own time. */
  readonly withJitter: boolean
  /**
   * What the clock says where the pass is played as of an earlier moment: waits after a failure have begun and end by the
   * clock. Absent: `now`.
   */
  readonly clock?: Instant
}

/**
 * Oldest first. Slots that are too old, beyond the workspace's retention, or that fall into a pause are given up and
 * recorded; everything else that is not complete is owed, however often it failed. A slot that fails by itself (a
 * timeout, a truncated answer) steps back for a while and lets later ones go first; when the rule as such fails, none
 * of its slots is tried before `failing.nextTry`.
 */
export function dueOf(planned: Planned, state: ScheduleState, now: Instant, options: DueOptions): Due {
  const { withJitter, clock = now } = options
  const { timetable } = planned
  const latest = timetable.latest(now)
  const jitter = withJitter ? planned.jitter : 0
  // As it is with most pairs at most times.
  if (latest <= state.settledThrough && state.slots.length === 0) {
    const nextLook = instantFromMillis(timetable.next(latest) + jitter)
    return { slot: undefined, dueAt: latest, isBacklog: false, owed: 0, nextLook, advance: undefined }
  }
  const records = recordsOf(state)
  const { advance, settled } = settle(planned, state, now, latest, records)
  // A slot off the timetable belongs to an earlier version of the rule.
  const isDone = ({ slot, isComplete }: SlotRecord): boolean =>
    isComplete && slot > settled && slot <= latest && timetable.latest(slot) === slot
  const owed = timetable.count(settled, latest) - (state.slots.length === 0 ? 0 : state.slots.filter(isDone).length)
  const held = heldUntil(state, planned, now, clock)
  let nextLook = instantFromMillis(timetable.next(latest) + jitter)
  for (let slot = timetable.next(settled); slot <= latest; slot = timetable.next(slot)) {
    const record = records.get(slot)
    if (record?.isComplete === true) continue
    const dueAt = slot === latest ? instantFromMillis(slot + jitter) : slot
    const retryAt =
      record === undefined || record.failures === 0
        ? dueAt
        : waited(slotRetryAt(record, planned.rule.source.sha256), clock)
    const from = later(held, later(dueAt, retryAt))
    if (from <= now) return { slot, dueAt, isBacklog: slot !== latest, owed, nextLook: now, advance }
    nextLook = earlier(nextLook, from)
    if (held > now) break
  }
  return { slot: undefined, dueAt: latest, isBacklog: false, owed, nextLook, advance }
}

/** Most pairs owe nothing and have no record: this is asked for 200,000 of them at each look. */
const NO_RECORDS: ReadonlyMap<Instant, SlotRecord> = new Map()

function recordsOf({ slots }: ScheduleState): ReadonlyMap<Instant, SlotRecord> {
  return slots.length === 0 ? NO_RECORDS : new Map(slots.map((record) => [record.slot, record]))
}

/** A wait that is over by the clock holds nothing up, also not in a pass that is played as of a moment before it. */
function waited(until: Instant, clock: Instant): Instant {
  return until <= clock ? instantFromMillis(0) : until
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b
}

/** Nothing of the pair runs before; a version of the rule that has not failed yet is tried at once. */
function heldUntil({ failing, paused }: ScheduleState, { version }: Planned, now: Instant, clock: Instant): Instant {
  const untilTry =
    failing !== undefined && failing.version === version ? waited(failing.nextTry, clock) : instantFromMillis(0)
  if (paused === undefined || now < paused.since) return untilTry
  const untilResume = paused.until ?? instantFromMillis(Number.MAX_SAFE_INTEGER)
  return later(untilTry, untilResume)
}

/** Slots from `settledThrough` on that need nothing more, one after another, and where the first is that does. */
function settle(
  planned: Planned,
  state: ScheduleState,
  now: Instant,
  latest: Instant,
  records: ReadonlyMap<Instant, SlotRecord>,
): { readonly advance: Advance | undefined; readonly settled: Instant } {
  const { timetable } = planned
  const gaps = new Gaps(planned, state)
  let settled = skipFarPast(planned, state, now, gaps, records)
  for (let slot = timetable.next(settled); slot <= latest; slot = timetable.next(slot)) {
    const record = records.get(slot)
    const reason = record?.isComplete === true ? undefined : reasonToSkip(planned, state, slot, now, record)
    if (record?.isComplete !== true && reason === undefined) break
    if (reason !== undefined) gaps.add(slot, slot, 1, reason, record)
    settled = slot
  }
  if (settled === state.settledThrough) return { advance: undefined, settled }
  const { ruleId, workspace, settledThrough } = state
  return {
    advance: { ruleId, workspace, from: settledThrough, to: settled, gaps: gaps.list },
    settled,
  }
}

/**
 * After a long outage the slots that are too old are counted, not walked through: a rule of one minute has half a million a
 * year. Those among them that have a record are walked.
 */
function skipFarPast(
  planned: Planned,
  state: ScheduleState,
  now: Instant,
  gaps: Gaps,
  records: ReadonlyMap<Instant, SlotRecord>,
): Instant {
  const { timetable, maxCatchUp } = planned
  const floor = timetable.latest(minus(now, maxCatchUp))
  if (state.paused !== undefined || state.inactive !== undefined || floor <= state.settledThrough)
    return state.settledThrough
  let settled = state.settledThrough
  const skipUpTo = (end: Instant): void => {
    const count = timetable.count(settled, end)
    if (count > 0) gaps.add(timetable.next(settled), end, count, 'too-old', undefined)
  }
  for (const { slot, isComplete } of state.slots) {
    if (slot > floor) break
    skipUpTo(timetable.latest(minus(slot, ONE)))
    const record = records.get(slot)
    // A slot off the present grid belongs to an earlier version of the rule.
    if (!isComplete && timetable.latest(slot) === slot) {
      gaps.add(slot, slot, 1, record?.lastError === undefined ? 'too-old' : 'failed', record)
    }
    settled = slot
  }
  skipUpTo(floor)
  return floor
}

const ONE = 1 as Parameters<typeof minus>[1]

function reasonToSkip(
  planned: Planned,
  { paused, inactive }: ScheduleState,
  slot: Instant,
  now: Instant,
  record: SlotRecord | undefined,
): GapReason | undefined {
  const { timetable, maxCatchUp } = planned
  if (paused !== undefined && slot > paused.since && (paused.until === undefined || slot <= paused.until))
    return 'paused'
  // The rule is enabled again, or nobody would ask, and begins with its latest slot like a new one. A retired rule that
  // returns is caught up: its file may only have been out of reach.
  if (inactive?.reason === 'disabled' && timetable.next(slot) <= now) return 'disabled'
  if (slot <= minus(now, maxCatchUp)) return record?.lastError === undefined ? 'too-old' : 'failed'
  return isBeyondRetention(planned, slot, now, record) ? 'retention' : undefined
}

/**
 * A window of which the oldest part is gone can never be searched as the rule says. Where that is not because it is late, what is left
 * is searched all the same, once: a rule that reads more than is kept would else find nothing at all. What the service says of it, and
 * the settings do not, shows with the answer.
 */
function isBeyondRetention(
  { rule, retention, window }: Planned,
  slot: Instant,
  now: Instant,
  record: SlotRecord | undefined,
): boolean {
  const error = record?.lastError
  if (error !== undefined && isGoneCode(error.code) && record?.lastRuleSha256 === rule.source.sha256) return true
  if (retention === undefined) return false
  const { start, end } = window(slot)
  if (start >= minus(now, retention)) return false
  return start >= minus(slot, retention) || end <= minus(now, retention)
}

/** Collects gaps of one pair, slots in a row and of one reason as one. */
class Gaps {
  readonly #planned: Planned
  readonly #state: ScheduleState
  readonly #gaps: NewGap[] = []

  constructor(planned: Planned, state: ScheduleState) {
    this.#planned = planned
    this.#state = state
  }

  get list(): readonly NewGap[] {
    return this.#gaps
  }

  add(first: Instant, last: Instant, count: number, reason: GapReason, record: SlotRecord | undefined): void {
    const { timetable, window } = this.#planned
    const { ruleId, workspace } = this.#state
    const after = timetable.latest(minus(first, ONE))
    const error = record?.lastError
    const known = this.#gaps.at(-1)
    if (known !== undefined && known.reason === reason && known.lastSlot === after) {
      const slotCount = known.slotCount + count
      const whole = { start: known.window.start, end: window(last).end }
      this.#gaps[this.#gaps.length - 1] = {
        ...known,
        lastSlot: last,
        slotCount,
        window: whole,
        error: error ?? known.error,
      }
      return
    }
    const span = { start: window(first).start, end: window(last).end }
    this.#gaps.push({
      ruleId,
      workspace,
      after,
      firstSlot: first,
      lastSlot: last,
      slotCount: count,
      window: span,
      reason,
      error,
    })
  }
}
