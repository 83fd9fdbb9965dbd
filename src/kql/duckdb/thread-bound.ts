import type { WorkGuard } from '../../domain/ports.ts'
import type { Duration } from '../../domain/time.ts'
import { formatDuration } from '../../time/duration.ts'
import { DEFAULT_LIMIT } from '../bounded-work.ts'

/** Begins the message of what ends a query whose functions held the thread for too long; run-query.ts makes it a KqlError. */
export const HELD = 'kql/too-complex: '

/**
 * Bounds functions in JavaScript, which DuckDB calls with up to 2,048 rows at once: while one runs, neither a timer nor a listener
 * of a signal does, so nothing else could end it. A guarded call takes 0.1 ms.
 */
export class ThreadBound {
  readonly #guard: WorkGuard | undefined
  readonly #running = new Set<{ readonly limit: Duration }>()

  /** @param guard - Undefined where nobody waits for the thread, as in tests. */
  constructor(guard: WorkGuard | undefined) {
    this.#guard = guard
  }

  /** A query runs until the returned function is called. DuckDB does not say for which one it calls: the longest limit counts. */
  enter(limit: Duration = DEFAULT_LIMIT): () => void {
    const entry = { limit }
    this.#running.add(entry)
    return () => this.#running.delete(entry)
  }

  /** Does the work of one call, perhaps from its beginning twice. Throws what DuckDB hands on as the error of the query. */
  hold(work: () => void): void {
    if (this.#guard === undefined) return work()
    const limits = [...this.#running].map(({ limit }) => limit)
    const limit = limits.length === 0 ? DEFAULT_LIMIT : (Math.max(...limits) as Duration)
    const { kind } = this.#guard.run(work, limit, { isRepeatable: true })
    if (kind === 'late') throw new Error(`${HELD}a function took longer than ${formatDuration(limit)} and was stopped`)
    if (kind === 'interrupted') throw new Error(`${HELD}a function was interrupted`)
  }
}
