import type { OutboxFilter, OutboxRecord } from '../domain/ports.ts'
import type { Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn } from './database.ts'
import type { Database, SqlParameters } from './database.ts'
import { entryOf } from './outbox.ts'

/** What a person may do with the outbox. Entries that a living process has in hand are left to it. */

const CHOSEN = `settled_at IS NULL
  AND (:sink IS NULL OR sink = :sink)
  AND (:ids IS NULL OR entry_id IN (SELECT value FROM json_each(:ids)))
  AND (:dead IS NULL OR (dead_at IS NOT NULL) = :dead)`

function parametersOf({ ids, sink, dead }: OutboxFilter): SqlParameters {
  return {
    ids: ids === undefined ? null : JSON.stringify(ids),
    sink: sink ?? null,
    dead: dead === undefined ? null : Number(dead),
  }
}

export function outbox(database: Database, filter: OutboxFilter): readonly OutboxRecord[] {
  const rows = database.all(`SELECT * FROM outbox WHERE ${CHOSEN} ORDER BY entry_id`, parametersOf(filter))
  return rows.map((row) => ({
    ...entryOf(row),
    nextAttempt: instantFromMillis(numberIn(row, 'next_attempt_at')),
    ...(row['created_at'] === null ? {} : { createdAt: instantFromMillis(numberIn(row, 'created_at')) }),
  }))
}

export function revive(database: Database, filter: OutboxFilter, now: Instant): number {
  return database.run(
    `UPDATE outbox SET dead_at = NULL, failed_since = NULL, next_attempt_at = :now
     WHERE ${CHOSEN} AND (taken_by IS NULL OR taken_until <= :now)`,
    { ...parametersOf(filter), now },
  )
}

export function drop(database: Database, filter: OutboxFilter, now: Instant): number {
  return database.run(
    `UPDATE outbox SET settled_at = :now, ended = 'dropped', taken_by = NULL, taken_until = NULL
     WHERE ${CHOSEN} AND (taken_by IS NULL OR taken_until <= :now)`,
    { ...parametersOf(filter), now },
  )
}
