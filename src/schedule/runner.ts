import { HuntError } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import type { RunOutcome, RunRequest } from '../domain/run.ts'
import type { ScheduleState } from '../domain/schedule.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import { runOnce, toRunError } from '../run/index.ts'
import type { RunResult } from '../run/index.ts'
import { milliseconds, minutes } from '../time/duration.ts'
import { lengthOf, minus, plus } from '../time/instant.ts'
import { DueQueue } from './due-queue.ts'
import type { QueueEntry } from './due-queue.ts'
import { RequestBudget, SERVICE_LIMITS } from './budget.ts'
import { dueOf } from './due.ts'
import type { DueOptions } from './due.ts'
import { failureClassOf, waitAfter } from './failure-class.ts'
import { noteResult } from './health.ts'
import type { Planned } from './plan.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'
import { keyOf, pairKey, syncSchedules } from './sync.ts'
import type { SyncScope } from './sync.ts'

export interface RunnerOptions {
  /** Slots that run at once under one identity. */
  readonly concurrency: number
  /** Whose limits a workspace shares; absent means that all workspaces are one identity's. */
  readonly identityOf?: (workspace: string) => string
  /** Shared with whatever else asks under these identities; absent: the runner's own. */
  readonly budget?: RequestBudget | undefined
  readonly withJitter: boolean
  /** For a single pass: what becomes due after this moment is left for the next one. */
  readonly until?: Instant
}

/** Stands among the running for the wait until the rate allows another query; no pair has such a key. */
const RATE = 'rate'

/** A slot that may run now. */
interface DueEntry extends QueueEntry {
  readonly planned: Planned
  readonly slot: Instant
}

/** A run that the schedule made, without its rows: a pass may make thousands. */
export type SlotResult = RunResult

/**
 * Runs what the ledger says is due, so many slots at once, one slot of a pair at a time.
 *
 * The queue in memory holds nothing that the ledger does not say: `look` makes it anew from there, a finished run asks
 * there what its pair owes next, and every run claims its slot there before it does anything. What another process has
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
  /** Workspaces that are not asked for a while, since all of it would fail. */
  readonly #held = new Map<string, { readonly until: Instant; readonly failures: number }>()
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
    this.#signal = signal
    this.#onResult = onResult
  }

  /** Asks the ledger what is due for these, and begins it. Throws what stopped it, unless that may have passed. */
  look(plan: readonly Planned[], scope: SyncScope): void {
    const failure = this.#fatal
    if (failure !== undefined && !(failure instanceof HuntError && failure.retryable)) throw failure
    this.#fatal = undefined
    const now = this.#now()
    const { ledger, onEvent } = this.#ports
    const retracted = ledger.retractFuture(this.#ports.clock.now())
    if (retracted > 0) onEvent({ kind: 'clock-went-back', schedules: retracted })
    const before = stateMap(ledger.schedules())
    this.#plans.clear()
    for (const planned of plan) this.#plans.set(keyOf(planned), planned)
    // Before the registration: it forgets for how long a rule was disabled.
    this.#settleAll(plan, before, now)
    syncSchedules(plan, before, scope, this.#ports, now)
    const states = stateMap(ledger.schedules())
    this.#queue.clear()
    for (const planned of plan) {
      const state = states.get(keyOf(planned))
      if (state !== undefined) this.#enqueue(planned, state, now)
    }
    this.#pump()
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

  #now(): Instant {
    return this.#options.until ?? this.#ports.clock.now()
  }

  #settleAll(plan: readonly Planned[], states: ReadonlyMap<string, ScheduleState>, now: Instant): void {
    const advances = plan.flatMap((planned) => {
      const state = states.get(keyOf(planned))
      const advance = state === undefined ? undefined : dueOf(planned, state, now, this.#dueOptions()).advance
      return advance === undefined ? [] : [advance]
    })
    for (const { gaps, ruleId, workspace } of this.#ports.ledger.advance(advances, this.#ports.clock.now())) {
      const ruleName = this.#plans.get(pairKey({ ruleId, workspace }))?.rule.name ?? ruleId
      for (const gap of gaps) this.#ports.onEvent({ kind: 'gap', gap, ruleName })
    }
  }

  #enqueue(planned: Planned, state: ScheduleState, now: Instant): void {
    const key = keyOf(planned)
    this.#queue.remove(key)
    const { slot, dueAt, isBacklog } = dueOf(planned, state, now, this.#dueOptions())
    if (slot === undefined || this.#running.has(key)) return
    if ((this.#busy.get(key) ?? 0) > this.#ports.clock.now()) return
    const { workspace, severity } = planned
    this.#queue.put({ key, workspace, severity, dueAt, isBacklog, planned, slot })
  }

  #pump(): void {
    const now = this.#ports.clock.now()
    const isHeld = (workspace: string): boolean => (this.#held.get(workspace)?.until ?? 0) > now
    const mayRun = (workspace: string): boolean =>
      !isHeld(workspace) && this.#budget.mayBegin(this.#identityOf(workspace), now)
    while (this.#fatal === undefined && !this.#signal.aborted) {
      const entry = this.#queue.take(now, mayRun)
      if (entry === undefined) break
      this.#running.set(entry.key, this.#run(entry))
    }
    this.#pumpWhenAllowed(now, isHeld)
  }

  #identityOf(workspace: string): string {
    return this.#options.identityOf?.(workspace) ?? ''
  }

  /** Where nothing runs whose end would, only the rate keeps the rest waiting: that opens by itself. */
  #pumpWhenAllowed(now: Instant, isHeld: (workspace: string) => boolean): void {
    if (this.#running.size > 0 || this.#queue.size === 0 || this.#signal.aborted || this.#fatal !== undefined) return
    const open = this.#queue.workspaces().filter((workspace) => !isHeld(workspace))
    const [first, ...rest] = open.map((workspace) => this.#budget.nextBegin(this.#identityOf(workspace), now))
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

  async #run(entry: DueEntry): Promise<void> {
    const { clock } = this.#ports
    const identity = this.#identityOf(entry.workspace)
    const beganAt = clock.now()
    this.#budget.begin(identity, beganAt)
    // A run may fail before its first wait; it must stand among the running ones by then.
    await Promise.resolve()
    try {
      await this.#runSlot(entry)
    } catch (error) {
      this.#fatal ??= error
    } finally {
      this.#running.delete(entry.key)
      this.#budget.end(identity)
      // Never less than a moment, so that a workspace whose queries fail at once pays for them too.
      this.#queue.charge(entry.workspace, milliseconds(Math.max(1, clock.now() - beganAt)))
    }
    this.#pump()
  }

  async #runSlot({ key, planned, slot }: DueEntry): Promise<void> {
    const { rule, workspace } = planned
    const request: RunRequest = {
      rule,
      workspace,
      slot,
      window: this.#windowOf(planned, slot),
      windowOverride: '',
      purpose: 'slot',
    }
    const result = await this.#attempt(request)
    if (result.kind === 'finished') this.#note(planned, result.outcome)
    else if (result.kind === 'failed') this.#noteUnrecorded(key, result.error)
    if (!isElsewhere(result)) this.#onResult(withoutRows(result))
    if (this.#plans.get(key) !== undefined) this.#requeue(key)
  }

  /**
   * Where the delay has become shorter since the slot before, the window begins so much earlier: between the end of that
   * one's window and the beginning of this one's there would be minutes that nobody ever searches.
   */
  #windowOf({ rule, workspace, window }: Planned, slot: Instant): Window {
    const usual = window(slot)
    const before = this.#ports.ledger.completeBefore({ ruleId: rule.id, workspace }, slot)
    if (before === undefined) return usual
    const delay = lengthOf({ start: usual.end, end: slot })
    const missing = lengthOf({ start: before.windowEnd, end: minus(before.slot, delay) })
    return missing > 0 ? { ...usual, start: minus(usual.start, missing) } : usual
  }

  async #attempt(request: RunRequest): Promise<RunResult> {
    try {
      return { kind: 'finished', request, ...(await runOnce(request, this.#ports, this.#signal)) }
    } catch (error) {
      if (this.#signal.aborted) return { kind: 'stopped', request }
      return { kind: 'failed', request, error: toRunError(error, request.rule) }
    }
  }

  #note(planned: Planned, outcome: RunOutcome): void {
    const { workspace } = planned
    noteResult(planned, outcome, this.#ports)
    if (outcome.status === 'complete') this.#held.delete(workspace)
    else if (outcome.error !== undefined) this.#holdWorkspace(workspace, outcome.error)
  }

  #holdWorkspace(workspace: string, error: ErrorRecord): void {
    const failure = failureClassOf(error)
    if (failure.concerns !== 'workspace') return
    const { clock, random, onEvent } = this.#ports
    const known = this.#held.get(workspace)
    // Runs that were already under way fail for the same reason; they make the wait no longer.
    if (known !== undefined && known.until > clock.now()) return
    const failures = (known?.failures ?? 0) + 1
    const until = plus(clock.now(), waitAfter(error, failures, random))
    this.#held.set(workspace, { until, failures })
    onEvent({ kind: 'workspace-held', workspace, until, code: error.code })
  }

  /** Nothing was recorded: the pair is another process's for now, or the ledger fails. */
  #noteUnrecorded(key: string, error: HuntError): void {
    if (error.code === 'run/already-complete' || error.code === 'ledger/claim-lost') return
    if (error.code === 'run/busy') {
      this.#busy.set(key, plus(this.#ports.clock.now(), minutes(1)))
      return
    }
    throw error
  }

  #requeue(key: string): void {
    const planned = this.#plans.get(key)
    if (planned === undefined || this.#signal.aborted) return
    this.#running.delete(key)
    const now = this.#now()
    const { ledger } = this.#ports
    const pair = { ruleId: planned.rule.id, workspace: planned.workspace }
    const before = stateMap(ledger.schedules(pair))
    this.#settleAll([planned], before, now)
    for (const state of ledger.schedules(pair)) this.#enqueue(planned, state, now)
  }
}

function stateMap(states: readonly ScheduleState[]): ReadonlyMap<string, ScheduleState> {
  return new Map(states.map((state) => [pairKey(state), state]))
}

/** Another process has the pair, or had it: nothing to report. */
function isElsewhere(result: SlotResult): boolean {
  return (
    result.kind === 'failed' && ['run/busy', 'run/already-complete', 'ledger/claim-lost'].includes(result.error.code)
  )
}

function withoutRows(result: SlotResult): SlotResult {
  if (result.kind !== 'finished') return result
  return { ...result, outcome: { ...result.outcome, findings: [] } }
}
