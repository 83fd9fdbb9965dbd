import { HuntError } from '../domain/errors.ts'
import type { ScheduleState } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { milliseconds, minutes } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import { DueQueue } from './due-queue.ts'
import type { QueueEntry } from './due-queue.ts'
import { RequestBudget, SERVICE_LIMITS } from './budget.ts'
import { dueOf } from './due.ts'
import type { DueOptions } from './due.ts'
import { HeldWorkspaces } from './held-workspaces.ts'
import { LateSearches } from './late-searches.ts'
import type { LateSlot } from './late-searches.ts'
import type { Planned } from './plan.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'
import { usedSince } from './slot-result.ts'
import type { SlotResult } from './slot-result.ts'
import { runSlot, type SlotWork } from './run-slot.ts'
import { settleSchedules } from './settle.ts'
import { NextLooks } from './next-looks.ts'
import { Rivals } from './rivals.ts'
import { RuleOwners } from './rule-owners.ts'
import { keyOf, pairKey, stateMap, syncSchedules } from './sync.ts'
import type { SyncScope } from './sync.ts'

export interface RunnerOptions {
  /** Slots that run at once under one identity. */
  readonly concurrency: number
  /** Shared with whatever else asks under these identities; absent: the runner's own, all workspaces being one identity's. */
  readonly budget?: RequestBudget | undefined
  readonly withJitter: boolean
  /** For a single pass: what becomes due after this moment is left for the next one. */
  readonly until?: Instant
  /** How long after the end of a UTC day its slots are searched once more; absent: never. */
  readonly reconcile?: Duration | undefined
  /** For how long a single pass reconciles; absent: until nothing is left. */
  readonly reconcileFor?: Duration
  /**
   * How often `look` looks at all pairs, and not only at those whose time has come or that somebody has changed; absent: every
   * ten minutes. In between nothing is missed but that a slot has become too old.
   */
  readonly wholeEvery?: Duration
}

/** Share of the rate that reconciliations leave to what is due. */
const SHARE_FOR_DUE = 0.5

const WHOLE_EVERY = minutes(10)

/** So many pairs, or this share of all, up to which one question for each is cheaper than one for all. */
const FEW = { count: 50, share: 1 / 16 }

/** Stands among the running for the wait until the rate allows another query; no pair has such a key. */
const RATE = 'rate'

/** A slot that may run now. */
interface DueEntry extends QueueEntry {
  readonly planned: Planned
  readonly slot: Instant
}

interface LastLook {
  readonly plan: readonly Planned[]
  readonly at: Instant
  /** When all pairs were looked at. */
  readonly wholeAt: Instant
  /** Of the ledger's changes, the last one seen. */
  readonly mark: number
}

/**
 * Runs what the ledger says is due, so many slots at once, one slot of a pair at a time.
 *
 * The queue in memory holds nothing that the ledger does not say: `look` takes from there what has changed, now and then all of
 * it, a finished run asks there what its pair owes next, and every run claims its slot there before it does anything. What another process has
 * done or begun meanwhile is therefore found out at the claim at the latest.
 */
export class Runner {
  readonly #ports: SchedulerPorts
  readonly #options: RunnerOptions
  readonly #signal: AbortSignal
  readonly #onResult: (result: SlotResult) => void
  readonly #queue = new DueQueue<DueEntry>()
  readonly #budget: RequestBudget
  readonly #plans = new Map<string, Planned>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #looks = new NextLooks()
  #last: LastLook | undefined
  #owners: RuleOwners | undefined
  /** Pairs of the ledger that are none of this plan. */
  #others: ReadonlySet<string> = new Set()
  readonly #rivals = new Rivals()
  readonly #held: HeldWorkspaces
  readonly #late: LateSearches | undefined
  /** Pairs that another process works on. */
  readonly #busy = new Map<string, Instant>()
  #fatal: unknown

  constructor(
    ports: SchedulerPorts,
    options: RunnerOptions,
    signal: AbortSignal,
    onResult: (result: SlotResult) => void,
  ) {
    this.#ports = ports
    this.#options = options
    this.#budget = options.budget ?? new RequestBudget({ ...SERVICE_LIMITS, concurrent: options.concurrency })
    this.#held = new HeldWorkspaces(ports)
    const { reconcile, reconcileFor } = options
    const until = reconcileFor === undefined ? undefined : plus(ports.clock.now(), reconcileFor)
    this.#late = reconcile === undefined ? undefined : new LateSearches(ports, { after: reconcile, until })
    this.#signal = signal
    this.#onResult = onResult
  }

  /**
   * Asks the ledger what is due for these, and begins it. Throws what has stopped a run since the look before: at once where it
   * will not pass, and otherwise after all has been begun anew, because nobody hears of it by another way.
   */
  look(plan: readonly Planned[], scope: SyncScope): void {
    const failure = this.#fatal
    if (failure !== undefined && !(failure instanceof HuntError && failure.retryable)) throw failure
    this.#fatal = undefined
    const now = this.#now()
    const { ledger, onEvent } = this.#ports
    const retracted = ledger.retractFuture(this.#ports.clock.now())
    if (retracted > 0) onEvent({ kind: 'clock-went-back', schedules: retracted })
    // What a look that failed in its middle has seen, or a run that could not even be claimed has left, nothing tells again.
    const last = failure === undefined ? this.#last : undefined
    this.#last = undefined
    if (!this.#lookAtChanges(last, plan, now)) this.#lookAtAll(plan, scope, now)
    this.#pump()
    if (failure !== undefined) throw failure
  }

  /** Only pairs whose time has come, or that anybody has changed since the last look; false where that is not enough. */
  #lookAtChanges(last: LastLook | undefined, plan: readonly Planned[], now: Instant): boolean {
    if (last?.plan !== plan || now < last.at || now >= plus(last.wholeAt, this.#options.wholeEvery ?? WHOLE_EVERY))
      return false
    const { pairs, mark } = this.#ports.ledger.scheduleChanges(last.mark)
    const keys = new Set(pairs.map(pairKey))
    // A new one, of whomever: what that means is decided over all of them.
    if ([...keys].some((key) => !this.#plans.has(key) && !this.#others.has(key))) return false
    for (const key of this.#looks.take(now)) keys.add(key)
    if (keys.size > Math.max(FEW.count, plan.length * FEW.share)) return false
    if (![...keys].every((key) => this.#running.has(key) || this.#lookAt(key, now))) return false
    this.#last = { ...last, mark, at: now }
    return true
  }

  #lookAtAll(plan: readonly Planned[], scope: SyncScope, now: Instant): void {
    const { ledger } = this.#ports
    const { mark: first } = ledger.scheduleChanges(undefined)
    const before = stateMap(ledger.schedules())
    this.#plans.clear()
    for (const planned of plan) this.#plans.set(keyOf(planned), planned)
    // Before the registration: it forgets for how long a rule was disabled.
    this.#settle(plan, before, now)
    const { folder = '', isWhole } = scope
    if (isWhole && folder !== '') ledger.folderRead(folder, this.#ports.clock.now())
    const owners = new RuleOwners(folder, ledger.foldersRead(), this.#ports.clock.now())
    syncSchedules(plan, before, scope, owners, this.#ports, now)
    for (const event of this.#rivals.newOnes(plan, before, owners)) this.#ports.onEvent(event)
    this.#owners = owners
    this.#others = new Set([...before.keys()].filter((key) => !this.#plans.has(key)))
    const { pairs, mark } = ledger.scheduleChanges(first)
    let states = pairs.length > 0 ? stateMap(ledger.schedules()) : before
    // What begins with a slot that is given up says so at once, and not when the next look comes.
    const begun = plan.filter((planned) => !before.has(keyOf(planned)))
    if (begun.length > 0 && this.#settle(begun, states, now) > 0) states = stateMap(ledger.schedules())
    this.#queue.clear()
    this.#looks.clear()
    for (const planned of plan) {
      const state = states.get(keyOf(planned))
      if (state !== undefined) this.#enqueue(planned, state, now)
    }
    this.#late?.look(plan, states, now)
    this.#last = { plan, mark, at: now, wholeAt: now }
  }

  get isBusy(): boolean {
    return this.#running.size > 0
  }

  /** Resolves when nothing runs and nothing that may run now is left. Rejects with a LedgerError that stopped it. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running.values())
    if (this.#fatal !== undefined) throw this.#fatal
  }

  #dueOptions(): DueOptions {
    return { withJitter: this.#options.withJitter, clock: this.#ports.clock.now() }
  }

  /** Of a single pass never later than the clock: one that was ahead as it began may have been put right since. */
  #now(): Instant {
    const now = this.#ports.clock.now()
    const { until = now } = this.#options
    return until < now ? until : now
  }

  /** Returns how many it has moved. */
  #settle(plan: readonly Planned[], states: ReadonlyMap<string, ScheduleState>, now: Instant): number {
    return settleSchedules(plan, states, { now, ...this.#dueOptions() }, this.#ports)
  }

  #enqueue(planned: Planned, state: ScheduleState, now: Instant): void {
    const key = keyOf(planned)
    this.#queue.remove(key)
    const { slot, dueAt, isBacklog, nextLook } = dueOf(planned, state, now, this.#dueOptions())
    this.#looks.set(key, slot === undefined ? nextLook : planned.timetable.next(now))
    if (slot === undefined || this.#running.has(key)) return
    const busy = this.#busyElsewhere(key)
    if (busy !== undefined) {
      this.#looks.set(key, busy)
      return
    }
    const { workspace, severity } = planned
    this.#queue.put({ key, workspace, severity, dueAt, isBacklog, planned, slot })
  }

  /** What the ledger refuses here nobody is there to hear but the next look: most often a run that has ended asks for it. */
  #pump(): void {
    try {
      this.#begin(this.#ports.clock.now())
    } catch (error) {
      this.#fatal ??= error
    }
  }

  #begin(now: Instant): void {
    const mayRun = (workspace: string): boolean =>
      !this.#held.isHeld(workspace, now) && this.#budget.mayBegin(workspace, now)
    while (this.#fatal === undefined && !this.#signal.aborted) {
      const entry = this.#queue.take(now, mayRun)
      if (entry === undefined) break
      this.#running.set(entry.key, this.#run(entry.key, entry))
    }
    this.#pumpLate(now, mayRun)
    this.#pumpWhenAllowed(now)
  }

  /** Only what the due slots leave over: nothing that is due waits for a reconciliation longer than for its one query. */
  #pumpLate(now: Instant, mayRun: (workspace: string) => boolean): void {
    const isSpare = (workspace: string): boolean => {
      if (this.#late?.isFree(this.#budget.identityOf(workspace)) !== true || !mayRun(workspace)) return false
      return this.#budget.nextBegin(workspace, now, SHARE_FOR_DUE) <= now
    }
    while (this.#fatal === undefined && !this.#signal.aborted && this.#late?.isOver(now) === false) {
      const entry = this.#late.take(this.#now(), isSpare, (key) => this.#running.has(key))
      if (entry === undefined) break
      const key = keyOf(entry.planned)
      this.#running.set(key, this.#runLate(key, entry, this.#late))
    }
  }

  /** Where nothing runs whose end would, only the rate and other processes keep the rest waiting: that opens by itself. */
  #pumpWhenAllowed(now: Instant): void {
    if (this.#running.size > 0 || this.#signal.aborted || this.#fatal !== undefined) return
    const nextBegins = (workspaces: readonly string[], share?: number): readonly Instant[] =>
      workspaces
        .filter((workspace) => !this.#held.isHeld(workspace, now))
        .map((workspace) => this.#budget.nextTry(workspace, now, share))
    const late = this.#late === undefined || this.#late.isOver(now) ? [] : this.#late.workspaces()
    const [first, ...rest] = [...nextBegins(this.#queue.workspaces()), ...nextBegins(late, SHARE_FOR_DUE)]
    if (first === undefined) return
    const next = rest.reduce((least, each) => (each < least ? each : least), first)
    this.#running.set(RATE, this.#waitForRate(milliseconds(Math.max(1, next - now))))
  }

  async #waitForRate(wait: Duration): Promise<void> {
    try {
      await this.#ports.clock.sleep(wait, this.#signal)
    } catch (error) {
      if (!this.#signal.aborted) this.#fatal ??= error
    }
    this.#running.delete(RATE)
    this.#pump()
  }

  async #runLate(key: string, entry: LateSlot, late: LateSearches): Promise<void> {
    const { workspace } = entry.planned
    const identity = this.#budget.identityOf(workspace)
    const beganAt = this.#ports.clock.now()
    late.began(identity)
    await this.#run(key, entry, () => late.ended(identity, workspace, usedSince(beganAt, this.#ports.clock.now())))
  }

  async #run(key: string, work: SlotWork, atEnd?: () => void): Promise<void> {
    const { clock } = this.#ports
    const { workspace } = work.planned
    const beganAt = clock.now()
    // At once, for whoever may begin next depends on it; but this one must stand among the running before it can fail.
    const counted = new Promise<boolean>((resolve) => resolve(this.#budget.begin(workspace, beganAt)))
    try {
      if (!(await counted)) await this.#budget.another(workspace, clock, this.#signal)
      const busy = await runSlot(work, this.#ports, this.#held, this.#signal, this.#onResult)
      if (busy !== undefined) this.#busy.set(key, busy)
    } catch (error) {
      if (!this.#signal.aborted || error !== this.#signal.reason) this.#fatal ??= error
    } finally {
      this.#running.delete(key)
      this.#budget.end(workspace)
      this.#queue.charge(workspace, usedSince(beganAt, clock.now()))
      atEnd?.()
    }
    this.#requeue(key)
    this.#pump()
  }

  /**
   * At once when the pair runs no more, and not a moment before: another run that ends in between would begin its next slot, and
   * the end of this one would take that for itself.
   */
  #requeue(key: string): void {
    if (this.#signal.aborted || this.#fatal !== undefined) return
    try {
      this.#lookAt(key, this.#now())
    } catch (error) {
      this.#fatal = error
    }
  }

  /** False for a pair that has to be registered first. */
  #lookAt(key: string, now: Instant): boolean {
    const planned = this.#plans.get(key)
    if (planned === undefined) return true
    const { ledger } = this.#ports
    const pair = { ruleId: planned.rule.id, workspace: planned.workspace }
    const before = stateMap(ledger.schedules(pair))
    if (this.#owners?.mustRegister(planned, before.get(key)) !== false) return false
    if (this.#settle([planned], before, now) === 0) this.#put(planned, before.get(key), now)
    else for (const state of ledger.schedules(pair)) this.#put(planned, state, now)
    return true
  }

  #put(planned: Planned, state: ScheduleState | undefined, now: Instant): void {
    if (state === undefined) return
    this.#enqueue(planned, state, now)
    const until = this.#busyElsewhere(keyOf(planned))
    // Its claim would be asked for again and again, and each time cost one of the requests that all share.
    if (until === undefined) this.#late?.put(planned, state, now)
    else if (this.#late !== undefined) this.#looks.set(keyOf(planned), until)
  }

  /** Until when another process works on the pair, as far as is known. */
  #busyElsewhere(key: string): Instant | undefined {
    const until = this.#busy.get(key)
    return until !== undefined && until > this.#ports.clock.now() ? until : undefined
  }
}
