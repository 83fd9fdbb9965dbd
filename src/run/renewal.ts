import { LedgerError } from '../domain/errors.ts'
import type { HuntError } from '../domain/errors.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { plus } from '../time/instant.ts'

/** Something in the ledger that is ours for a while, and longer only for as long as we say so. */
export interface Renewal {
  readonly lease: Duration
  /** How often it is renewed; the lease outlasts several. */
  readonly every: Duration
  /** False when another has taken it over. */
  renew(until: Instant): boolean
  /** Why the work is stopped then; absent: it goes on. */
  lost?(): HuntError
}

/**
 * Renews for as long as `work` takes. Another process takes over what this one, asleep or hanging, has not renewed for longer
 * than the lease and the grace after it.
 *
 * A renewal that the ledger refuses (locked, full) is tried again after the next wait.
 */
export async function whileRenewing<Result>(
  renewal: Renewal,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController()
  const done = new AbortController()
  const renewing = renewUntil(done.signal, renewal, clock, lost)
  // A bug in there is thrown below, when the work has ended; until then nobody listens, and Node would end the process.
  renewing.catch(() => undefined)
  try {
    return await work(AbortSignal.any([signal, lost.signal]))
  } finally {
    done.abort()
    await renewing
  }
}

async function renewUntil(done: AbortSignal, renewal: Renewal, clock: Clock, lost: AbortController): Promise<void> {
  while (await sleptFully(clock, renewal.every, done)) {
    try {
      if (renewal.renew(plus(clock.now(), renewal.lease))) continue
      if (renewal.lost !== undefined) lost.abort(renewal.lost())
      return
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
    }
  }
}

/** False when the work was done first. */
async function sleptFully(clock: Clock, duration: Duration, done: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(duration, done)
    return !done.aborted
  } catch (error) {
    if (done.aborted) return false
    throw error
  }
}
