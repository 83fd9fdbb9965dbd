import type { Duration } from '../../domain/time.ts'
import { systemClock } from '../../time/system-clock.ts'

/**
 * In which DuckDB stops that was told to: between rows it does within milliseconds, and giving back what it had spilled to a slow disk
 * takes seconds.
 */
export const PATIENCE = 15_000 as Duration

/** A query that DuckDB does not give back. It cannot be interrupted while it plans, nor inside one value. */
export class LostQueryError extends Error {
  constructor() {
    super('DuckDB does not stop')
    this.name = 'LostQueryError'
  }
}

/** What `work` gives; rejects with LostQueryError when it still runs `patience` of the machine's time after the signal was aborted. */
export async function unlessLost<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  patience: Duration,
): Promise<Result> {
  const ended = new AbortController()
  try {
    return await Promise.race([work, lossAfter(patience, signal, ended.signal)])
  } finally {
    ended.abort()
  }
}

/** Settles in no other way than by the loss. */
function lossAfter(patience: Duration, signal: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const wait = (): void => {
      systemClock.sleep(patience, ended).then(
        () => reject(new LostQueryError()),
        // The work ended first.
        () => undefined,
      )
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true, signal: ended })
  })
}
