import type { Pair, SearchedSlot } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import { floorTo, instantFromMillis, minus } from '../time/instant.ts'
import { errorIn, numberIn, optionalInstant, textIn } from './database.ts'
import type { Database } from './database.ts'

/** The bare columns of an aggregate with one `max` or `min` are those of the row that has it (sqlite.org/lang_select.html). */
const SEARCHED = `
  WITH searched AS (
    SELECT slot, min(started_at) AS searched_at, rule_sha256 FROM runs
    WHERE rule_id = :rule AND workspace = :workspace AND slot > :after AND slot <= :through AND window_override = ''
      AND purpose IN ('slot', 'backfill') AND status = 'complete'
    GROUP BY slot),
  again AS (
    SELECT slot, max(status = 'complete') OVER of_slot AS is_reconciled,
      sum(status IN ('failed', 'partial')) OVER of_slot AS failures,
      finished_at, error, row_number() OVER (PARTITION BY slot ORDER BY attempt DESC) AS newest
    FROM runs
    WHERE rule_id = :rule AND workspace = :workspace AND slot > :after AND slot <= :through AND window_override = ''
      AND purpose = 'reconciliation' AND status IN ('complete', 'failed', 'partial')
    WINDOW of_slot AS (PARTITION BY slot))
  SELECT searched.*, is_reconciled, failures, finished_at, error
  FROM searched LEFT JOIN again ON again.slot = searched.slot AND newest = 1
  ORDER BY searched.slot`

export function searchedSlots(
  database: Database,
  { ruleId, workspace }: Pair,
  after: Instant,
  through: Instant,
): readonly SearchedSlot[] {
  return database.all(SEARCHED, { rule: ruleId, workspace, after, through }).map((row) => ({
    slot: instantFromMillis(numberIn(row, 'slot')),
    searchedAt: instantFromMillis(numberIn(row, 'searched_at')),
    ruleSha256: textIn(row, 'rule_sha256'),
    isReconciled: row['is_reconciled'] === 1,
    failures: row['failures'] === null ? 0 : numberIn(row, 'failures'),
    lastFailedAt: optionalInstant(row, 'finished_at'),
    lastError: errorIn(row, 'error'),
  }))
}

export function setReconciled(
  database: Database,
  { ruleId, workspace }: Pair,
  from: Instant | undefined,
  to: Instant,
): void {
  database.run(
    `UPDATE schedules SET reconciled_through = :to
     WHERE rule_id = :rule AND workspace = :workspace AND reconciled_through IS :from`,
    { rule: ruleId, workspace, from: from ?? null, to },
  )
}

/**
 * After a clock that was ahead: what it has reconciled too early is looked at again, from two days back. Slots whose
 * reconciliation stands are found to have one.
 */
export function retractReconciled(database: Database, now: Instant): void {
  const back = minus(floorTo(now, days(1)), days(2))
  database.run('UPDATE schedules SET reconciled_through = :back WHERE reconciled_through > :now', { now, back })
}
