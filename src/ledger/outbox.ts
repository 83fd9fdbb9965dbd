import type { ErrorRecord } from '../domain/errors.ts'
import type { Delivery, OutboxEntry, Receipt } from '../domain/ports.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import type { Owner } from './owner.ts'

/**
 * The outbox. An entry is waiting (due from `next_attempt_at` on), taken (until `taken_until`, by `taken_by`), dead or
 * settled. taken → waiting: postponed, given back, lease expired, or its taker's process gone. taken → dead: refused for
 * good, or failing for too long; a person revives or drops it. Only settled is for good.
 */
export function enqueue(
  database: Database,
  sink: string,
  delivery: Delivery,
  now: Instant,
  incidentId: string = delivery.incident.id,
): void {
  database.run(
    `INSERT INTO outbox (sink, delivery_key, incident_id, delivery, next_attempt_at, created_at)
     VALUES (:sink, :key, :incident, :delivery, :now, :now)`,
    { sink, key: delivery.key, incident: incidentId, delivery: JSON.stringify(delivery), now },
  )
}

/** Keys of an incident's deliveries begin with its id; the range lets the unique index answer. `/` and `0` are neighbours. */
function keyRange(incidentId: string): { readonly from: string; readonly to: string } {
  return { from: `${incidentId}/`, to: `${incidentId}0` }
}

/** Does the sink know of the incident, or will it? */
export function wasTold(database: Database, sink: string, incidentId: string): boolean {
  const sql = `SELECT 1 FROM outbox WHERE sink = :sink AND delivery_key >= :from AND delivery_key < :to
    AND (ended IS NULL OR ended = 'delivered') LIMIT 1`
  return database.get(sql, { sink, ...keyRange(incidentId) }) !== undefined
}

export function pending(database: Database): readonly OutboxEntry[] {
  return database.all('SELECT * FROM outbox WHERE settled_at IS NULL ORDER BY entry_id').map(entryOf)
}

/** From an index alone: a sink that is down for a week may have a hundred thousand waiting, and each scrape of the metrics asks. */
export function pendingCounts(database: Database): ReadonlyMap<string, number> {
  const rows = database.all(
    'SELECT sink, count(*) AS count FROM outbox INDEXED BY outbox_by_incident WHERE settled_at IS NULL GROUP BY sink',
  )
  return new Map(rows.map((row) => [textIn(row, 'sink'), numberIn(row, 'count')]))
}

/**
 * One statement decides who takes an entry; an incident's entries keep their order, so that no old state comes last. A
 * dead one holds up nobody: what comes after it carries the whole incident.
 * The index is named because SQLite would else sort all that waits for each single entry.
 */
export function take(
  database: Database,
  owner: Owner,
  sink: string,
  now: Instant,
  lease: Duration,
): OutboxEntry | undefined {
  return database.transaction(() => {
    const row = database.get(
      `UPDATE outbox SET taken_by = :owner, taken_until = :until
       WHERE entry_id = (
         SELECT entry_id FROM outbox AS candidate INDEXED BY outbox_by_age
         WHERE sink = :sink AND settled_at IS NULL AND dead_at IS NULL AND next_attempt_at <= :now
           AND (taken_by IS NULL OR taken_until <= :now OR taken_by IN (SELECT value FROM json_each(:gone)))
           AND NOT EXISTS (
             SELECT 1 FROM outbox AS older
             WHERE older.sink = candidate.sink AND older.incident_id = candidate.incident_id
               AND older.settled_at IS NULL AND older.dead_at IS NULL AND older.entry_id < candidate.entry_id)
         ORDER BY entry_id LIMIT 1)
       RETURNING *`,
      { owner: owner.name, until: plus(now, lease), sink, now, gone: JSON.stringify(goneTakers(database, owner)) },
    )
    if (row === undefined) return undefined
    const entry = entryOf(row)
    return { ...entry, delivery: withMissed(database, row, entry.delivery) }
  })
}

/**
 * What deliveries before it would have told, had they not died or been summed up, is new to the sink too; those after which
 * another one arrived are made up for. Undefined means all alerts, as in deliveries of older versions.
 */
function withMissed(database: Database, row: SqlRow, delivery: Delivery): Delivery {
  const { addedAlertIds, incident } = delivery
  const missed = database
    .all(
      `SELECT delivery -> '$.addedAlertIds' AS added FROM outbox
       WHERE sink = :sink AND delivery_key >= :from AND delivery_key < :to AND entry_id < :entry
         AND (dead_at IS NOT NULL AND settled_at IS NULL OR ended = 'summarised')
         AND entry_id > (SELECT coalesce(max(entry_id), 0) FROM outbox
           WHERE sink = :sink AND delivery_key >= :from AND delivery_key < :to AND ended = 'delivered')`,
      { sink: textIn(row, 'sink'), entry: numberIn(row, 'entry_id'), ...keyRange(incident.id) },
    )
    .map((each) => JSON.parse(textIn(each, 'added') || 'null') as readonly string[] | null)
  if (missed.length === 0 || addedAlertIds === undefined) return delivery
  if (missed.includes(null)) return { ...delivery, addedAlertIds: undefined }
  const all = new Set([...missed.flatMap((ids) => ids ?? []), ...addedAlertIds])
  return { ...delivery, addedAlertIds: incident.alerts.map(({ id }) => id).filter((id) => all.has(id)) }
}

/** Names of takers whose processes have ended. */
export function goneTakers(database: Database, owner: Owner): readonly string[] {
  const takers = database.all('SELECT DISTINCT taken_by FROM outbox WHERE taken_by IS NOT NULL')
  return takers.map((row) => textIn(row, 'taken_by')).filter((name) => owner.isGone(name))
}

/**
 * The first settlement stays, should two processes have delivered (the sink then saw one key twice). Dead deliveries of
 * the same incident from before are moot: to revive one would bring an old state back.
 */
export function settle(database: Database, entryId: number, receipt: Receipt, now: Instant): void {
  database.transaction(() => {
    const settled = database.get(
      `UPDATE outbox SET settled_at = :now, ended = 'delivered', location = :location, taken_by = NULL, taken_until = NULL
       WHERE entry_id = :entry AND settled_at IS NULL RETURNING sink, incident_id`,
      { entry: entryId, location: receipt.location, now },
    )
    if (settled === undefined) return
    database.run(
      `UPDATE outbox SET settled_at = :now, ended = 'superseded'
       WHERE sink = :sink AND incident_id = :incident AND settled_at IS NULL AND dead_at IS NOT NULL AND entry_id < :entry`,
      { entry: entryId, sink: textIn(settled, 'sink'), incident: textIn(settled, 'incident_id'), now },
    )
  })
}

export function postpone(
  database: Database,
  entryId: number,
  error: ErrorRecord,
  nextAttempt: Instant,
  now: Instant,
): void {
  database.run(
    `UPDATE outbox SET attempts = attempts + 1, next_attempt_at = :next, last_error = :error,
       failed_since = coalesce(failed_since, :now), taken_by = NULL, taken_until = NULL
     WHERE entry_id = :entry AND settled_at IS NULL`,
    { entry: entryId, next: nextAttempt, error: JSON.stringify(error), now },
  )
}

export function bury(database: Database, entryId: number, error: ErrorRecord, now: Instant): void {
  database.run(
    `UPDATE outbox SET attempts = attempts + 1, dead_at = :now, last_error = :error,
       failed_since = coalesce(failed_since, :now), taken_by = NULL, taken_until = NULL
     WHERE entry_id = :entry AND settled_at IS NULL`,
    { entry: entryId, error: JSON.stringify(error), now },
  )
}

export function untake(database: Database, entryId: number): void {
  database.run('UPDATE outbox SET taken_by = NULL, taken_until = NULL WHERE entry_id = :entry AND settled_at IS NULL', {
    entry: entryId,
  })
}

/** Nothing of the sink is due before `until`. */
export function hold(database: Database, sink: string, until: Instant): void {
  database.run(
    `UPDATE outbox SET next_attempt_at = :until
     WHERE sink = :sink AND settled_at IS NULL AND dead_at IS NULL AND next_attempt_at < :until`,
    { sink, until },
  )
}

export function entryOf(row: SqlRow): OutboxEntry {
  const error = textIn(row, 'last_error')
  return {
    id: numberIn(row, 'entry_id'),
    sink: textIn(row, 'sink'),
    delivery: JSON.parse(textIn(row, 'delivery')) as Delivery,
    attempts: numberIn(row, 'attempts'),
    ...instantIn(row, 'taken_until', 'takenUntil'),
    ...instantIn(row, 'failed_since', 'failedSince'),
    ...instantIn(row, 'dead_at', 'deadSince'),
    ...(error === '' ? {} : { lastError: JSON.parse(error) as ErrorRecord }),
  }
}

function instantIn<K extends string>(row: SqlRow, column: string, key: K): { readonly [P in K]?: Instant } {
  if (row[column] === null) return {}
  return { [key]: instantFromMillis(numberIn(row, column)) } as { readonly [P in K]?: Instant }
}
