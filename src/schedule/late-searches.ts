import type { RunRequest } from '../domain/run.ts'
import type { ScheduleState } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { DueQueue } from './due-queue.ts'
import type { QueueEntry } from './due-queue.ts'
import type { Planned } from './plan.ts'
import { reconcilable, reconciliationOf } from './reconcile.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'
import { keyOf } from './sync.ts'

/** Reconciliations of one identity at once. */
const AT_ONCE = 1

/** Pairs that one call looks at: each costs the ledger a question, and others wait for the thread. */
const MOST_QUESTIONS = 50

interface LateEntry extends QueueEntry {
  readonly planned: Planned
  readonly state: ScheduleState
}

/** A slot to be searched once more. */
export interface LateSlot {
  readonly planned: Planned
  readonly slot: Instant
  readonly late: NonNullable<RunRequest['late']>
}

/**
 * The daily reconciliation: which complete slots are searched once more for records that came late. Like the runner's
 * queue it holds nothing that the ledger does not say; a process that dies in its middle has lost nothing.
 */
export class LateSearches {
  readonly #ports: SchedulerPorts
  readonly #after: Duration
  readonly #until: Instant | undefined
  /** How many run, by identity. */
  readonly #running = new Map<string, number>()
  readonly #queue = new DueQueue<LateEntry>()

  /**
   * @param options `after`: how long after the end of a UTC day its slots are searched once more; `until`: by the clock,
   * when to stop; undefined never
   */
  constructor(
    ports: SchedulerPorts,
    { after, until }: { readonly after: Duration; readonly until: Instant | undefined },
  ) {
    this.#ports = ports
    this.#after = after
    this.#until = until
  }

  isOver(now: Instant): boolean {
    return this.#until !== undefined && now >= this.#until
  }

  isFree(identity: string): boolean {
    return (this.#running.get(identity) ?? 0) < AT_ONCE
  }

  began(identity: string): void {
    this.#running.set(identity, (this.#running.get(identity) ?? 0) + 1)
  }

  /** @param used what the search has cost its workspace */
  ended(identity: string, workspace: string, used: Duration): void {
    this.#running.set(identity, (this.#running.get(identity) ?? 1) - 1)
    this.#queue.charge(workspace, used)
  }

  look(plan: readonly Planned[], states: ReadonlyMap<string, ScheduleState>, now: Instant): void {
    this.#queue.clear()
    for (const planned of plan) {
      const state = states.get(keyOf(planned))
      if (state !== undefined) this.put(planned, state, now)
    }
  }

  put(planned: Planned, state: ScheduleState, now: Instant): void {
    if (reconcilable(state, now, this.#after) === undefined) return
    const { workspace, severity } = planned
    const dueAt = state.reconciledThrough ?? instantFromMillis(0)
    this.#queue.put({ key: keyOf(planned), workspace, severity, dueAt, isBacklog: false, planned, state })
  }

  workspaces(): readonly string[] {
    return this.#queue.workspaces()
  }

  /** The next slot of a workspace that may be asked; undefined when there is none. Records what needs no search. */
  take(now: Instant, mayRun: (workspace: string) => boolean, isBusy: (key: string) => boolean): LateSlot | undefined {
    for (let questions = 0; questions < MOST_QUESTIONS; questions += 1) {
      const entry = this.#queue.take(now, mayRun)
      if (entry === undefined) return undefined
      // A later look finds it again.
      if (isBusy(entry.key)) continue
      const slot = this.#nextOf(entry, now)
      if (slot !== undefined) return slot
    }
    return undefined
  }

  #nextOf({ planned, state }: LateEntry, now: Instant): LateSlot | undefined {
    const span = reconcilable(state, now, this.#after)
    if (span === undefined) return undefined
    const { ledger, onEvent } = this.#ports
    const pair = { ruleId: state.ruleId, workspace: state.workspace }
    const searched = ledger.searchedSlots(pair, span.from, span.through)
    const { slot, through, givenUp } = reconciliationOf(planned, searched, span, now, this.#after)
    if (through !== state.reconciledThrough) ledger.setReconciled(pair, state.reconciledThrough, through)
    if (givenUp > 0) onEvent({ kind: 'reconciliation-given-up', pair, ruleName: planned.rule.name, slots: givenUp })
    if (slot === undefined) return undefined
    const isRuleChanged = slot.ruleSha256 !== planned.rule.source.sha256
    return { planned, slot: slot.slot, late: { searchedAt: slot.searchedAt, isRuleChanged } }
  }
}
