import type { Pair } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { textIn } from './database.ts'
import type { Database } from './database.ts'

const THESE = `(rule_id, workspace) IN (SELECT value ->> 'ruleId', value ->> 'workspace' FROM json_each(:pairs))`

/** A pause that holds already keeps its beginning and gets a new end. */
export function pause(database: Database, pairs: readonly Pair[], since: Instant, until: Instant | undefined): void {
  database.run(
    `UPDATE schedules
     SET paused_since = CASE WHEN paused_since <= :since AND coalesce(paused_until, :since + 1) > :since
           THEN paused_since ELSE :since END,
       paused_until = :until
     WHERE ${THESE}`,
    { pairs: JSON.stringify(pairs), since, until: until ?? null },
  )
}

/** The pause stays, with its end: the slots that it left out are still to be recorded as a gap. */
export function resume(database: Database, pairs: readonly Pair[], now: Instant): readonly Pair[] {
  return database
    .all(
      `UPDATE schedules SET paused_until = :now
       WHERE paused_since <= :now AND (paused_until IS NULL OR paused_until > :now) AND ${THESE}
       RETURNING rule_id, workspace`,
      { pairs: JSON.stringify(pairs), now },
    )
    .map((row) => ({ ruleId: textIn(row, 'rule_id'), workspace: textIn(row, 'workspace') }))
}
