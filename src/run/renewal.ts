import { LedgerError } from '../domain/errors.ts'
import { plus } from '../time/instant.ts'
import { limitsOf } from './run-ports.ts'
import type { RunPorts } from './run-ports.ts'

/**
 * Renews a claim for as long as `work` takes. When another process has taken it over, because this one slept or hung for
 * longer than the lease and the grace after it, the work is stopped: nothing that it does could be recorded any more.
 *
 * A renewal that the ledger refuses (locked, full) is tried again after the next wait; the lease outlasts several.
 */
export async function whileRenewing<Result>(
  token: string,
  ports: RunPorts,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController()
  const done = new AbortController()
  const renewing = renewUntil(done.signal, token, ports, lost)
  try {
    return await work(AbortSignal.any([signal, lost.signal]))
  } finally {
    done.abort()
    await renewing
  }
}

async function renewUntil(done: AbortSignal, token: string, ports: RunPorts, lost: AbortController): Promise<void> {
  const { claimLease, claimRenewal } = limitsOf(ports)
  while (await sleptFully(ports, claimRenewal, done)) {
    try {
      if (!ports.ledger.renew(token, plus(ports.clock.now(), claimLease))) {
        lost.abort(lostError())
        return
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
    }
  }
}

/** False when the work was done first. */
async function sleptFully(
  { clock }: RunPorts,
  duration: Parameters<RunPorts['clock']['sleep']>[0],
  done: AbortSignal,
): Promise<boolean> {
  try {
    await clock.sleep(duration, done)
    return !done.aborted
  } catch (error) {
    if (done.aborted) return false
    throw error
  }
}

function lostError(): LedgerError {
  return new LedgerError({
    code: 'ledger/claim-lost',
    message: 'the run took longer than its lease, and another process has taken it over; its result is not recorded',
    hint: 'The other process records its own result. If this happens often, the query is too slow or the computer sleeps.',
    retryable: true,
  })
}
