import type { RequestTake } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { numberIn } from './database.ts'
import type { Database } from './database.ts'

const SECOND = 1000
/** The clocks of two computers differ a little; what is older than this counts for nobody. */
const KEPT_SECONDS = 120

/** To the second: the sum over the last seconds, the running one included, never counts too few. */
export function nextRequest(
  database: Database,
  identity: string,
  now: Instant,
  { rate, per }: { readonly rate: number; readonly per: Duration },
): Instant {
  const row = database.get(
    'SELECT sum(count) AS count, min(second) AS oldest FROM requests WHERE identity = :identity AND second >= :since',
    { identity, since: Math.floor((now - per) / SECOND) },
  )
  const count = row === undefined || row['count'] === null ? 0 : numberIn(row, 'count')
  if (count < rate || row === undefined) return instantFromMillis(0)
  return plus(instantFromMillis((numberIn(row, 'oldest') + 1) * SECOND), per)
}

/** Looks and counts under the write lock, so that of two processes which would take the last one only one does. */
export function takeRequest(database: Database, takes: readonly RequestTake[], now: Instant): Instant | undefined {
  return database.transaction(() => {
    const later = takes.map((take) => nextRequest(database, take.identity, now, take)).filter((next) => next > now)
    if (later.length > 0) return instantFromMillis(Math.max(...later))
    for (const { identity } of takes) count(database, identity, now)
    return undefined
  })
}

function count(database: Database, identity: string, now: Instant): void {
  const second = Math.floor(now / SECOND)
  database.run(
    `INSERT INTO requests (identity, second, count) VALUES (:identity, :second, 1)
     ON CONFLICT (identity, second) DO UPDATE SET count = count + 1`,
    { identity, second },
  )
  database.run('DELETE FROM requests WHERE identity = :identity AND (second < :old OR second > :far)', {
    identity,
    old: second - KEPT_SECONDS,
    far: second + KEPT_SECONDS,
  })
}
