import type { Severity } from '../domain/rule.ts'
import type { Instant } from '../domain/time.ts'
import type { Planned } from './plan.ts'

/** A slot that may run now. */
export interface DueEntry {
  readonly key: string
  readonly planned: Planned
  readonly slot: Instant
  readonly dueAt: Instant
}

/** Lateness counts so many times for a rule of this severity. */
const WEIGHT: Readonly<Record<Severity, number>> = { High: 4, Medium: 2, Low: 1.5, Informational: 1 }

/** What is due, at most one slot of a pair: the most overdue and most severe first. */
export class DueQueue {
  readonly #entries = new Map<string, DueEntry>()

  get size(): number {
    return this.#entries.size
  }

  /** Replaces the entry of the same pair. */
  put(entry: DueEntry): void {
    this.#entries.set(entry.key, entry)
  }

  remove(key: string): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  take(now: Instant, mayRun: (workspace: string) => boolean): DueEntry | undefined {
    let best: DueEntry | undefined
    let most = Number.NEGATIVE_INFINITY
    for (const entry of this.#entries.values()) {
      const urgency = (now - entry.dueAt + 1) * WEIGHT[entry.planned.severity]
      if (urgency > most && mayRun(entry.planned.workspace)) {
        best = entry
        most = urgency
      }
    }
    if (best !== undefined) this.#entries.delete(best.key)
    return best
  }
}
