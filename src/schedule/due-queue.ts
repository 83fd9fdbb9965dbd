import FlatQueue from 'flatqueue'
import type { Severity } from '../domain/rule.ts'
import type { Duration, Instant } from '../domain/time.ts'

/** A slot that may run now. */
export interface QueueEntry {
  /** The pair: at most one slot of it waits. */
  readonly key: string
  readonly workspace: string
  readonly severity: Severity
  readonly dueAt: Instant
  /** Not the newest slot of its pair: it is being caught up. */
  readonly isBacklog: boolean
}

/** Lateness counts so many times for a rule of this severity. */
const WEIGHT: Readonly<Record<Severity, number>> = { High: 4, Medium: 2, Low: 1.5, Informational: 1 }
const SEVERITIES = Object.keys(WEIGHT) as readonly Severity[]

interface Waiting<Entry extends QueueEntry> {
  readonly entry: Entry
  readonly share: Share<Entry>
  /** Taken back; it stays in its queue until it comes to the front. */
  isGone: boolean
}

/** Entries of one workspace of one kind: for each severity the oldest first. */
class Lane<Entry extends QueueEntry> {
  readonly #oldest = new Map(SEVERITIES.map((severity) => [severity, new FlatQueue<Waiting<Entry>>()]))

  push(waiting: Waiting<Entry>): void {
    const { severity, dueAt } = waiting.entry
    this.#oldest.get(severity)?.push(waiting, dueAt)
  }

  /** The most urgent entry: what is later counts more, and what is graver counts several times. */
  pop(now: Instant): Entry | undefined {
    let best: FlatQueue<Waiting<Entry>> | undefined
    let most = Number.NEGATIVE_INFINITY
    for (const [severity, queue] of this.#oldest) {
      while (queue.peek()?.isGone === true) queue.pop()
      const dueAt = queue.peekValue()
      if (dueAt === undefined) continue
      const urgency = (now - dueAt + 1) * WEIGHT[severity]
      if (urgency > most) {
        best = queue
        most = urgency
      }
    }
    return best?.pop()?.entry
  }
}

interface Share<Entry extends QueueEntry> {
  readonly workspace: string
  readonly current: Lane<Entry>
  readonly backlog: Lane<Entry>
  /** How much of the common budget the workspace has used, in milliseconds of queries. */
  used: number
  waiting: number
  lastWasBacklog: boolean
}

/**
 * What is due, at most one slot of a pair. Who comes next:
 *
 * 1. the workspace that has used least so far, so that one with a thousand rules does not crowd out one with ten;
 * 2. in it, newest slots and those being caught up by turns, so that neither an outage starves the present nor the present
 *    the catching up;
 * 3. among those the most overdue, lateness counting more for graver rules. Nothing starves: lateness grows.
 */
export class DueQueue<Entry extends QueueEntry> {
  readonly #entries = new Map<string, Waiting<Entry>>()
  readonly #shares = new Map<string, Share<Entry>>()
  /** Those that something waits for. */
  readonly #waiting = new Set<Share<Entry>>()

  get size(): number {
    return this.#entries.size
  }

  /** Replaces the entry of the same pair. */
  put(entry: Entry): void {
    this.remove(entry.key)
    const share = this.#shareOf(entry.workspace)
    const waiting = { entry, share, isGone: false }
    this.#entries.set(entry.key, waiting)
    if (share.waiting === 0) {
      share.used = Math.max(share.used, this.#leastUsed())
      this.#waiting.add(share)
    }
    share.waiting += 1
    const lane = entry.isBacklog ? share.backlog : share.current
    lane.push(waiting)
  }

  remove(key: string): void {
    const waiting = this.#entries.get(key)
    if (waiting === undefined) return
    this.#entries.delete(key)
    waiting.isGone = true
    const { share } = waiting
    share.waiting -= 1
    if (share.waiting === 0) this.#waiting.delete(share)
  }

  /** Those that something waits for. */
  workspaces(): readonly string[] {
    return [...this.#waiting].map(({ workspace }) => workspace)
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.remove(key)
  }

  take(now: Instant, mayRun: (workspace: string) => boolean): Entry | undefined {
    const share = this.#next(mayRun)
    if (share === undefined) return undefined
    const lanes = share.lastWasBacklog ? [share.current, share.backlog] : [share.backlog, share.current]
    for (const lane of lanes) {
      const entry = lane.pop(now)
      if (entry === undefined) continue
      share.lastWasBacklog = entry.isBacklog
      this.remove(entry.key)
      return entry
    }
    return undefined
  }

  /** What a run has used of the budget; without it every workspace would look idle. */
  charge(workspace: string, used: Duration): void {
    this.#shareOf(workspace).used += used
  }

  #next(mayRun: (workspace: string) => boolean): Share<Entry> | undefined {
    let best: Share<Entry> | undefined
    for (const share of this.#waiting) {
      if ((best === undefined || share.used < best.used) && mayRun(share.workspace)) best = share
    }
    return best
  }

  /** A workspace that had nothing to do for a while gets no credit for it. */
  #leastUsed(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { used } of this.#waiting) if (used < least) least = used
    return least === Number.POSITIVE_INFINITY ? 0 : least
  }

  #shareOf(workspace: string): Share<Entry> {
    const known = this.#shares.get(workspace)
    if (known !== undefined) return known
    const share = {
      workspace,
      current: new Lane<Entry>(),
      backlog: new Lane<Entry>(),
      used: 0,
      waiting: 0,
      lastWasBacklog: false,
    }
    this.#shares.set(workspace, share)
    return share
  }
}
