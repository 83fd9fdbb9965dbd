import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'
import type { Owner } from './owner.ts'

export function reportedDays(database: Database): readonly string[] {
  const sql = 'SELECT day FROM reports WHERE made_at IS NOT NULL ORDER BY day DESC'
  return database.all(sql).map((row) => textIn(row, 'day'))
}

export function firstRun(database: Database): Instant | undefined {
  const row = database.get('SELECT min(started_at) AS first FROM runs')
  const first = row?.['first']
  return typeof first === 'number' ? instantFromMillis(first) : undefined
}

/** One process gets it: SQLite runs one such statement at a time. A claim ends with its lease or its process. */
export function claimReport(database: Database, owner: Owner, day: string, now: Instant, lease: Duration): boolean {
  return database.transaction(() => {
    const held = database.get('SELECT * FROM reports WHERE day = :day', { day })
    if (held !== undefined) {
      const isMade = held['made_at'] !== null
      // A lease that ends later than any can was given by a clock that was ahead.
      const until = numberIn(held, 'claimed_until')
      const isHeld = now < until && until <= plus(now, lease) && !owner.isGone(textIn(held, 'claimed_by'))
      if (isMade || isHeld) return false
    }
    database.run(
      `INSERT INTO reports (day, claimed_by, claimed_until) VALUES (:day, :owner, :until)
       ON CONFLICT (day) DO UPDATE SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until`,
      { day, owner: owner.name, until: plus(now, lease) },
    )
    return true
  })
}

export function finishReport(database: Database, day: string, location: string, now: Instant): void {
  database.run('UPDATE reports SET made_at = :now, location = :location WHERE day = :day', { day, location, now })
}

export function releaseReport(database: Database, day: string): void {
  database.run('DELETE FROM reports WHERE day = :day AND made_at IS NULL', { day })
}
