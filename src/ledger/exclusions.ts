import type { ExclusionFilter, ExclusionHits } from '../domain/exclusion.ts'
import type { RunOutcome } from '../domain/run.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, optionalInstant, textIn } from './database.ts'
import type { Database } from './database.ts'

/** Records what exclusions hid in a run, also in one that opens no incidents: it was hidden all the same. */
export function recordExclusions(database: Database, { exclusions, statistics }: RunOutcome, runId: number): void {
  database.run('UPDATE runs SET excluded_count = :count WHERE run_id = :run', {
    run: runId,
    count: statistics.excludedRowCount,
  })
  for (const { name, when, owner, reason, expires, rowCount, fault } of exclusions) {
    if (rowCount === 0 && fault === undefined) continue
    database.run(
      `INSERT INTO run_exclusions (run_id, name, condition, owner, reason, expires_at, row_count, fault)
       VALUES (:run, :name, :condition, :owner, :reason, :expires, :rows, :fault)
       ON CONFLICT (run_id, name) DO UPDATE SET row_count = row_count + :rows, fault = coalesce(fault, :fault)`,
      {
        run: runId,
        name,
        condition: when,
        owner,
        reason,
        expires: expires ?? null,
        rows: rowCount,
        fault: fault ?? null,
      },
    )
  }
}

/**
 * What exclusions did in the runs that finished in a time, by rule and name, most rows first. Of a slot that was searched
 * several times the last attempt counts, so that no row is counted twice.
 */
export function exclusionHits(database: Database, { since, until, ruleId }: ExclusionFilter): readonly ExclusionHits[] {
  const rows = database.all(
    `WITH last AS (
       SELECT max(run_id) AS run_id FROM runs
       WHERE finished_at >= :since AND (:until IS NULL OR finished_at < :until) AND (:rule IS NULL OR rule_id = :rule)
         AND status IN ('complete', 'partial')
       GROUP BY rule_id, workspace, slot, window_override)
     SELECT runs.rule_id, run_exclusions.name, sum(run_exclusions.row_count) AS rows, count(*) AS runs,
       sum(fault IS NOT NULL) AS failures, max(runs.slot) AS last_slot, max(run_exclusions.run_id) AS last_run
     FROM last JOIN runs USING (run_id) JOIN run_exclusions USING (run_id)
     GROUP BY runs.rule_id, run_exclusions.name
     ORDER BY rows DESC, runs.rule_id, run_exclusions.name`,
    { since, until: until ?? null, rule: ruleId ?? null },
  )
  return rows.map((row): ExclusionHits => {
    const name = textIn(row, 'name')
    const last = database.get(
      `SELECT rule_name, owner, reason, condition, expires_at, fault FROM run_exclusions JOIN runs USING (run_id)
       WHERE run_id = :run AND name = :name`,
      { run: numberIn(row, 'last_run'), name },
    )
    const fault = textIn(last ?? {}, 'fault')
    return {
      ruleId: textIn(row, 'rule_id'),
      ruleName: textIn(last ?? {}, 'rule_name'),
      name,
      owner: textIn(last ?? {}, 'owner'),
      reason: textIn(last ?? {}, 'reason'),
      when: textIn(last ?? {}, 'condition'),
      expires: optionalInstant(last ?? {}, 'expires_at'),
      rowCount: numberIn(row, 'rows'),
      runCount: numberIn(row, 'runs'),
      failureCount: numberIn(row, 'failures'),
      lastSlot: instantFromMillis(numberIn(row, 'last_slot')),
      lastFault: fault === '' ? undefined : fault,
    }
  })
}
