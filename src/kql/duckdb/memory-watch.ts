import type { WorkGuard } from '../../domain/ports.ts'
import type { Duration } from '../../domain/time.ts'
import { every } from '../../time/every.ts'

/** What a process may take while a query runs. */
export interface MemoryBound {
  readonly guard: WorkGuard
  /** Bytes that DuckDB may use for what its limit counts. */
  readonly limit: number
}

/**
 * Bytes for the answer beside it: ten million cells, the most that one has (run-query.ts), with texts of some length. DuckDB (1.5)
 * collects the rows of an answer in memory that its limit does not count.
 */
const OF_ANSWER = 2 ** 30

/** A process that takes more than this of the machine's memory is about to be killed. */
const MOST_OF_MACHINE = 0.95

const INTERVAL = 100 as Duration

/** Calls `onExceeded`, once, when the process grows by more than the bound has room for; until the returned function is called. */
export function watchMemory({ guard, limit }: MemoryBound, onExceeded: () => void): () => void {
  const before = guard.memory().used
  let isExceeded = false
  return every(INTERVAL, () => {
    const { used, machine } = guard.memory()
    if (isExceeded || (used - before <= limit + OF_ANSWER && used <= machine * MOST_OF_MACHINE)) return
    isExceeded = true
    onExceeded()
  })
}
