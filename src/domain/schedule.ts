import type { ErrorRecord } from './errors.ts'
import type { Recipient } from './ports.ts'
import type { Rule } from './rule.ts'
import type { Incident } from './run.ts'
import type { Duration, Instant, Window } from './time.ts'

/**
 * Why a run takes place. Only `ad-hoc` ones never count as coverage: somebody looked, but nobody promised that the window
 * was the rule's own.
 */
export type RunPurpose = 'ad-hoc' | 'slot' | 'backfill' | 'reconciliation'

/** What is said of a window that was searched before it had ended. */
export const CLOCK_AHEAD: ErrorRecord = {
  code: 'run/clock-ahead',
  message: 'the clock of this computer was ahead when the window was searched: a part of it had not come yet',
  hint: 'The slot is searched again. Keep the clock right, for example with NTP.',
  retryable: true,
  context: {},
}

/** A rule on a workspace: what has a schedule, a coverage and a health of its own. */
export interface Pair {
  readonly ruleId: string
  readonly workspace: string
}

/** What the ledger knows of a slot that it has not settled yet, or that lies beyond one that is not. */
export interface SlotRecord {
  readonly slot: Instant
  readonly isComplete: boolean
  /** Attempts that ended without a complete answer. */
  readonly failures: number
  /** When the last of them ended; undefined without any. */
  readonly lastFailedAt: Instant | undefined
  readonly lastError: ErrorRecord | undefined
  /** Version of the rule that failed last; undefined for an attempt that ended without a word. */
  readonly lastRuleSha256: string | undefined
}

/** A slot that a run which counts has searched completely, and what became of searching it once more. */
export interface SearchedSlot {
  readonly slot: Instant
  /** When the first complete run of it began. */
  readonly searchedAt: Instant
  /** Version of the rule that it ran. */
  readonly ruleSha256: string
  readonly isReconciled: boolean
  /** Reconciliations of it that ended without a complete answer. */
  readonly failures: number
  readonly lastFailedAt: Instant | undefined
  readonly lastError: ErrorRecord | undefined
}

/** A rule that fails: since when, why, and when it is tried again. */
export interface Failing {
  readonly since: Instant
  /** In a row. */
  readonly failures: number
  readonly nextTry: Instant
  readonly error: ErrorRecord
  /** What failed, of rule and schema (Planned.version): another one is tried at once. */
  readonly version: string
}

export type InactiveReason =
  /** `enabled: false` in its file. */
  | 'disabled'
  /** Its file is gone. */
  | 'retired'

/** The schedule of a pair as the ledger keeps it. */
export interface ScheduleState extends Pair {
  readonly ruleName: string
  readonly ruleFile: string
  readonly ruleSha256: string
  /** Folder of rules that it was registered from; empty when nobody said. */
  readonly ruleFolder: string
  readonly firstSeen: Instant
  /** Every slot at or before this one is done or recorded as a gap; those after it are owed. */
  readonly settledThrough: Instant
  /** Slots after `settledThrough` that have been tried, oldest first. */
  readonly slots: readonly SlotRecord[]
  readonly paused: { readonly since: Instant; readonly until: Instant | undefined } | undefined
  readonly inactive: { readonly since: Instant; readonly reason: InactiveReason } | undefined
  readonly failing: Failing | undefined
  /** No slot at or before this one needs a reconciliation any more; undefined before the first. */
  readonly reconciledThrough: Instant | undefined
}

/** What has changed of schedules, whoever did it. */
export interface ScheduleChanges {
  readonly pairs: readonly Pair[]
  /** Of the last change. */
  readonly mark: number
}

export type GapReason =
  /** Older than `maxCatchUp`. */
  | 'too-old'
  /** Older than what the workspace keeps. */
  | 'retention'
  | 'paused'
  | 'disabled'
  /** Every attempt failed or stayed partial until the slot was too old. */
  | 'failed'

/** Slots in a row that were not searched and will not be, unless somebody backfills them. */
export interface NewGap extends Pair {
  /** The slot before the first: a gap that ends there, for the same reason, grows. */
  readonly after: Instant
  readonly firstSlot: Instant
  readonly lastSlot: Instant
  readonly slotCount: number
  /** From the start of the first window to the end of the last. */
  readonly window: Window
  readonly reason: GapReason
  readonly error: ErrorRecord | undefined
}

export interface Gap extends Omit<NewGap, 'after'> {
  readonly id: number
  readonly ruleName: string
  readonly recordedAt: Instant
  readonly acknowledgedAt: Instant | undefined
  /** Slots among them that were searched completely since. */
  readonly searchedSince: number
}

/** Moves `settledThrough` of a pair, with the gaps that this passes over. */
export interface Advance extends Pair {
  /** As it was read: nothing happens when another process has moved it meanwhile. */
  readonly from: Instant
  readonly to: Instant
  readonly gaps: readonly NewGap[]
}

/** A rule file's rule as it is to be scheduled. */
export interface Registration extends Pair {
  readonly ruleName: string
  readonly ruleFile: string
  readonly ruleSha256: string
  /** For a pair that the ledger does not know: where its coverage begins. */
  readonly origin: Instant
}

/** An interval without a hole that complete runs have searched. */
export interface Covered extends Pair {
  readonly window: Window
}

/** A version of a rule that was in order, with the text of its whole file. */
export interface RuleVersion {
  readonly ruleId: string
  readonly file: string
  readonly sha256: string
  readonly text: string
  /** Since when its file has been broken; undefined while it is in order. */
  readonly brokenSince: Instant | undefined
}

/** The last good version of each rule, of each folder of rules. */
export interface RuleVersionLedger {
  /** Those of a folder, or all. */
  ruleVersions(folder?: string): readonly RuleVersion[]
  keepRuleVersions(versions: readonly Omit<RuleVersion, 'brokenSince'>[], now: Instant, folder?: string): void
  /** Returns those that were not marked yet. */
  markBroken(ruleIds: readonly string[], now: Instant, folder?: string): readonly string[]
}

/** How long the records of a table took to arrive (`ingestion_time() - TimeGenerated`), as last measured. */
export interface IngestionDelay {
  readonly workspace: string
  readonly table: string
  /** Of the last attempt, which may have had no answer. */
  readonly measuredAt: Instant
  /** Records that the last answer was made of. */
  readonly rows: number
  readonly p50: Duration | undefined
  readonly p99: Duration | undefined
}

export interface DelayLedger {
  ingestionDelays(): readonly IngestionDelay[]
  /** Without a `p99` only the attempt counts: what was measured before stays. */
  recordIngestionDelay(delay: IngestionDelay): void
}

/** A pair whose rule fails. */
export interface FailingPair extends Pair {
  readonly ruleName: string
  readonly failing: Failing
}

/** The part of the ledger that tells people, through the sinks, that hunt itself is not well. */
export interface HealthLedger {
  /** Pairs with at least so many failures in a row, of rules that are still scheduled. */
  failingPairs(leastFailures: number): readonly FailingPair[]
  /** Health incidents that nobody has closed. */
  openHealthIncidents(): readonly Incident[]
  /** Opens the incident and owes it to the sinks; false when it was opened before, by whomever. */
  openHealthIncident(incident: Incident, about: RuleName, sinks: readonly Recipient[], now: Instant): boolean
  /** Adds the last alert of the incident, closes it and owes that to the sinks; false when it is closed already. */
  closeHealthIncident(incident: Incident, about: RuleName, sinks: readonly Recipient[], now: Instant): boolean
}

/** What of a rule decides which sinks are told. */
export type RuleName = Pick<Rule, 'id' | 'name' | 'tags'>

/** Asks whether a query of an identity, of which at most so many may be under way, may begin. */
export interface SeatRequest {
  readonly number: number
  readonly identity: string
  readonly most: number
  readonly now: Instant
}

export type SeatState =
  | 'free'
  | 'waiting'
  /** Given away, because nobody renewed it. */
  | 'lost'

/** One request more for an identity, of `rate` in `per`. */
export interface RequestTake {
  readonly identity: string
  readonly rate: number
  readonly per: Duration
}

/** How fast and how often at once one identity may ask, counted over all processes that share a ledger. */
export interface SharedLimits {
  /** From when on one more is within `rate` in `per`; a moment that has passed when it is so now. */
  nextRequest(identity: string, now: Instant, limits: { readonly rate: number; readonly per: Duration }): Instant
  /**
   * Counts one for each of these if it is within the rate of all, over all processes, and undefined is the answer; otherwise counts
   * none and says from when on it may be within.
   */
  takeRequest(takes: readonly RequestTake[], now: Instant): Instant | undefined
  /** Takes a number for one query; who came first may ask first. */
  takeSeat(identity: string, until: Instant): number
  seatState(request: SeatRequest): SeatState
  /** Keeps it for longer; false when it has been given to somebody else. */
  renewSeat(number: number, until: Instant): boolean
  leaveSeat(number: number): void
  /** How many queries other processes have under way or wait to begin, by identity. */
  seatsElsewhere(now: Instant): ReadonlyMap<string, number>
}

/** The part of the ledger that decides what is due. Every method is one transaction. */
export interface ScheduleLedger {
  /** Adds new pairs of a folder of rules, keeps what is said of known ones current, and makes inactive ones active again. */
  register(registrations: readonly Registration[], now: Instant, folder?: string): void
  /** Notes that all of a folder has been read. */
  folderRead(folder: string, now: Instant): void
  /** When each folder of rules was last read as a whole. */
  foldersRead(): ReadonlyMap<string, Instant>
  /** Says since when a pair is not scheduled, and why. Without effect on one that is inactive for the same reason. */
  deactivate(pairs: readonly Pair[], reason: InactiveReason, now: Instant): void
  /** All schedules, or those of a pair. */
  schedules(filter?: Partial<Pair>): readonly ScheduleState[]
  /** Pairs of which anything that decides what they owe has changed after the mark; without one, which mark is the last. */
  scheduleChanges(after: number | undefined): ScheduleChanges
  /** From `since` on nothing runs; `until` undefined means until `resume`. */
  pause(pairs: readonly Pair[], since: Instant, until: Instant | undefined): void
  /** Ends pauses at `now`, which keeps that they were; returns the pairs that were paused. */
  resume(pairs: readonly Pair[], now: Instant): readonly Pair[]
  /** Slots between these, both included, that runs which count have completed, by rule and workspace (`rule\0workspace`). */
  completeSlots(span: Window): ReadonlyMap<string, ReadonlySet<Instant>>
  /** The last slot before this one that a run which counts has completed, and where its window ended. */
  completeBefore(pair: Pair, slot: Instant): { readonly slot: Instant; readonly windowEnd: Instant } | undefined
  /** Complete slots after `after` up to `through`, oldest first. */
  searchedSlots(pair: Pair, after: Instant, through: Instant): readonly SearchedSlot[]
  /** Moves `reconciledThrough`, unless another process has moved it from where it was read. */
  setReconciled(pair: Pair, from: Instant | undefined, to: Instant): void
  /** Returns those that took effect. */
  advance(advances: readonly Advance[], now: Instant): readonly Advance[]
  /** Records how the last run of a pair went: undefined when it was complete. */
  setFailing(pair: Pair, failing: Failing | undefined): void
  /** Makes rules whose last run on the workspace failed with this code due for a try at once; returns how many waited. */
  releaseFailing(workspace: string, code: string, now: Instant): number
  /**
   * Takes back what a clock that was ahead has settled: complete slots whose window ends after `now` become partial, gaps
   * that reach beyond it go, and `settledThrough` returns. Returns how many schedules this changed.
   */
  retractFuture(now: Instant): number
  gaps(filter?: Partial<Pair> & { readonly acknowledged?: boolean }): readonly Gap[]
  /** Those that are as long as they were when somebody saw them; returns how many. */
  acknowledgeGaps(seen: readonly Pick<Gap, 'id' | 'slotCount'>[], now: Instant): number
  /** Union of the windows of complete runs that count, in islands; by rule, workspace and time. */
  coverage(filter?: Partial<Pair>): readonly Covered[]
}

/** What the slots of one day, in UTC, found by a rule on a workspace. */
export interface DayActivity {
  readonly ruleId: string
  readonly workspace: string
  readonly day: Instant
  /** Slots that were searched. */
  readonly slots: number
  readonly newFindings: number
}
