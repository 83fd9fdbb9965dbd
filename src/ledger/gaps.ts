import type { Gap, GapReason, NewGap, Pair } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { errorIn, numberIn, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'

/** A gap that continues one which nobody has acknowledged makes that one longer: a pause of a week is one gap. */
export function insertGap(database: Database, gap: NewGap, now: Instant): void {
  const parameters = {
    rule: gap.ruleId,
    workspace: gap.workspace,
    last: gap.lastSlot,
    count: gap.slotCount,
    end: gap.window.end,
    reason: gap.reason,
    error: gap.error === undefined ? null : JSON.stringify(gap.error),
  }
  const grown = database.run(
    `UPDATE gaps SET last_slot = :last, slot_count = slot_count + :count, window_end = :end, error = :error
     WHERE rule_id = :rule AND workspace = :workspace AND reason = :reason AND last_slot = :after
       AND acknowledged_at IS NULL`,
    { ...parameters, after: gap.after },
  )
  if (grown > 0) return
  database.run(
    `INSERT INTO gaps (rule_id, workspace, first_slot, last_slot, slot_count, window_start, window_end, reason, error,
       recorded_at)
     VALUES (:rule, :workspace, :first, :last, :count, :start, :end, :reason, :error, :now)`,
    { ...parameters, first: gap.firstSlot, start: gap.window.start, now },
  )
}

export function gaps(
  database: Database,
  { ruleId, workspace, acknowledged }: Partial<Pair> & { readonly acknowledged?: boolean },
): readonly Gap[] {
  const rows = database.all(
    `SELECT gaps.*, schedules.rule_name, (
       SELECT count(DISTINCT slot) FROM runs
       WHERE runs.rule_id = gaps.rule_id AND runs.workspace = gaps.workspace
         AND slot BETWEEN first_slot AND last_slot AND window_override = '' AND purpose <> 'ad-hoc'
         AND status = 'complete') AS searched_since
     FROM gaps LEFT JOIN schedules USING (rule_id, workspace)
     WHERE (:rule IS NULL OR gaps.rule_id = :rule) AND (:workspace IS NULL OR gaps.workspace = :workspace)
       AND (:acknowledged IS NULL OR (acknowledged_at IS NOT NULL) = :acknowledged)
     ORDER BY first_slot, gap_id`,
    {
      rule: ruleId ?? null,
      workspace: workspace ?? null,
      acknowledged: acknowledged === undefined ? null : Number(acknowledged),
    },
  )
  return rows.map(gapOf)
}

function gapOf(row: SqlRow): Gap {
  const instant = (name: string): Instant => instantFromMillis(numberIn(row, name))
  return {
    id: numberIn(row, 'gap_id'),
    ruleId: textIn(row, 'rule_id'),
    ruleName: textIn(row, 'rule_name'),
    workspace: textIn(row, 'workspace'),
    firstSlot: instant('first_slot'),
    lastSlot: instant('last_slot'),
    slotCount: numberIn(row, 'slot_count'),
    window: { start: instant('window_start'), end: instant('window_end') },
    reason: textIn(row, 'reason') as GapReason,
    error: errorIn(row, 'error'),
    recordedAt: instant('recorded_at'),
    acknowledgedAt: row['acknowledged_at'] === null ? undefined : instant('acknowledged_at'),
    searchedSince: numberIn(row, 'searched_since'),
  }
}

/** A gap that has grown since it was read stays open. */
export function acknowledgeGaps(
  database: Database,
  seen: readonly Pick<Gap, 'id' | 'slotCount'>[],
  now: Instant,
): number {
  if (seen.length === 0) return 0
  return database.run(
    `UPDATE gaps SET acknowledged_at = :now
     WHERE acknowledged_at IS NULL
       AND (gap_id, slot_count) IN (SELECT value ->> 'id', value ->> 'slotCount' FROM json_each(:seen))`,
    { seen: JSON.stringify(seen.map(({ id, slotCount }) => ({ id, slotCount }))), now },
  )
}
