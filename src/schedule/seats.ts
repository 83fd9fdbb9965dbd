import { HuntError } from '../domain/errors.ts'
import type { SharedLimits } from '../domain/schedule.ts'
import type { Clock, Instant } from '../domain/time.ts'
import { whileRenewing } from '../run/index.ts'
import { milliseconds, minutes } from '../time/duration.ts'
import { plus } from '../time/instant.ts'

/** Long enough for a process that is busy with a large answer; one that ended is known to have, on its own computer. */
const LEASE = minutes(3)
const RENEWAL = minutes(1)
/** How soon to ask again while others have all seats: a read of a few rows. */
const WAIT = milliseconds(200)

/** Of which so many may be taken at once, over all processes. */
export interface Seats {
  readonly shared: SharedLimits
  readonly identity: string
  readonly most: number
}

/**
 * Waits for a seat, and keeps it while it asks. Who finds its seat given away (it slept, and nobody could tell it from one that had
 * ended) waits for another one, or goes on when it has asked: the service has long heard its query.
 */
export async function inSeat<Result>(
  seats: Seats,
  clock: Clock,
  signal: AbortSignal,
  query: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    signal.throwIfAborted()
    const number = seats.shared.takeSeat(seats.identity, plus(clock.now(), LEASE))
    const renew = (until: Instant): boolean => seats.shared.renewSeat(number, until)
    try {
      const asked = await whileRenewing({ lease: LEASE, every: RENEWAL, renew }, clock, signal, async (held) =>
        (await isFree(seats, number, clock, held)) ? { result: await query(held) } : undefined,
      )
      if (asked !== undefined) return asked.result
    } finally {
      leave(seats.shared, number)
    }
  }
}

/** False when it was given away while it waited. */
async function isFree(
  { shared, identity, most }: Seats,
  number: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted()
    const state = shared.seatState({ number, identity, most, now: clock.now() })
    if (state !== 'waiting') return state === 'free'
    await clock.sleep(WAIT, signal)
  }
}

/** The seat ends by itself, so a ledger that fails here must not hide what became of the query. */
function leave(shared: SharedLimits, number: number): void {
  try {
    shared.leaveSeat(number)
  } catch (error) {
    if (!(error instanceof HuntError)) throw error
  }
}
