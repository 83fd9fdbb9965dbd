import type { SeatRequest, SeatState } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { isDoubtful, isExpired } from './claims.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import type { Owner } from './owner.ts'

/**
 * Whoever wants to ask takes a number, and may while fewer than so many have a lower one. As numbers only grow and rows only
 * go, nobody who may ask ceases to, one too many never may, and those who wait come in the order in which they came, whichever
 * process they belong to.
 *
 * A number ends as a claim does (claims.ts): its holder gives it back; or its holder's process is known to be gone; or it has
 * expired, was doubted for `grace`, and nobody has renewed it meanwhile.
 */
export function takeSeat(database: Database, owner: Owner, identity: string, until: Instant): number {
  const taken = database.get(
    'INSERT INTO seats (identity, owner, expires_at) VALUES (:identity, :owner, :until) RETURNING number',
    { identity, owner: owner.name, until },
  )
  return numberIn(taken ?? {}, 'number')
}

/** Read first: whoever waits asks this several times a second, and most often nobody has ended without a word. */
export function seatState(
  database: Database,
  owner: Owner,
  { number, identity, most, now }: SeatRequest,
  grace: Duration,
): SeatState {
  const standing = (held: readonly SqlRow[]): SeatState => {
    const before = held.findIndex((row) => numberIn(row, 'number') === number)
    if (before === -1) return 'lost'
    return before < most ? 'free' : 'waiting'
  }
  const held = heldBy(database, identity)
  const state = standing(held)
  if (state !== 'waiting') return state
  const isSuspect = (row: SqlRow): boolean => owner.isGone(textIn(row, 'owner')) || isExpired(row, now)
  if (!held.some(isSuspect)) return state
  return database.transaction(() => {
    for (const row of heldBy(database, identity).filter(isSuspect)) sweep(database, owner, row, now, grace)
    return standing(heldBy(database, identity))
  })
}

function heldBy(database: Database, identity: string): readonly SqlRow[] {
  return database.all('SELECT * FROM seats WHERE identity = :identity ORDER BY number', { identity })
}

function sweep(database: Database, owner: Owner, row: SqlRow, now: Instant, grace: Duration): void {
  const number = numberIn(row, 'number')
  if (owner.isGone(textIn(row, 'owner')) || isDoubtful(row, now, grace)) {
    database.run('DELETE FROM seats WHERE number = :number', { number })
  } else if (!(numberIn(row, 'doubted_at') <= now)) {
    database.run('UPDATE seats SET doubted_at = :now WHERE number = :number', { number, now })
  }
}

/** False when it has been given to somebody else. */
export function renewSeat(database: Database, number: number, until: Instant): boolean {
  return (
    database.run('UPDATE seats SET expires_at = :until, doubted_at = NULL WHERE number = :number', { number, until }) >
    0
  )
}

/** Without effect when it has been given to somebody else. */
export function leaveSeat(database: Database, number: number): void {
  database.run('DELETE FROM seats WHERE number = :number', { number })
}

/** One of a process that is gone, or that nobody has renewed, is free as soon as somebody asks for it. */
export function seatsElsewhere(database: Database, owner: Owner, now: Instant): ReadonlyMap<string, number> {
  const seats = new Map<string, number>()
  for (const row of database.all('SELECT * FROM seats WHERE owner <> :me', { me: owner.name })) {
    if (isExpired(row, now) || owner.isGone(textIn(row, 'owner'))) continue
    const identity = textIn(row, 'identity')
    seats.set(identity, (seats.get(identity) ?? 0) + 1)
  }
  return seats
}
