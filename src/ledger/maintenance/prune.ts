import type { Duration, Instant } from '../../domain/time.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import { numberIn } from '../database.ts'
import type { Database, SqlParameters } from '../database.ts'
import { migrate } from '../migrate.ts'
import { openExisting } from './open-existing.ts'
import type { MaintenanceOptions } from './open-existing.ts'

export interface PruneRequest {
  /** What is older is forgotten, as far as nothing needs it. */
  readonly keep: Duration
  readonly now: Instant
  /** False only counts. */
  readonly deletes: boolean
}

export interface LedgerPrune {
  readonly path: string
  /** What is older than this is forgotten. */
  readonly before: Instant
  readonly isDone: boolean
  /** How many rows went, or would go. */
  readonly forgotten: Readonly<Record<PrunedTable, number>>
}

/** Each step counts, then deletes, and may rely on what those before it kept. */
const STEPS = [['gaps'], ['findings'], ['outbox', 'alerts', 'incidents'], ['schedules'], ['runs']] as const
export type PrunedTable = (typeof STEPS)[number][number]
export const PRUNED_TABLES: readonly PrunedTable[] = STEPS.flat()

/** Beyond the longest window of a rule: a slot that is late, a clock that was wrong. */
const MARGIN = days(2)

/** Rows that go in one transaction, so that no run waits long for its own. */
const BATCH = 5000

/**
 * What may go. `:before` is the age, and `doomed_<table>` has the keys of those that go.
 *
 * - A finding stays while a run could still see it: its last sighting, plus the longest window of its rule, lies behind all
 *   slots that are still owed. Without that it would open a second incident.
 * - A gap stays until it is acknowledged or searched, and with it the runs that searched it.
 * - An incident stays while a finding names it, or a delivery of it waits; with it its alerts and deliveries.
 * - A run stays while anything names it, while its slot is not settled, and the last complete ones of each rule, from which
 *   coverage and the next window follow.
 */
const DOOMED: Readonly<Record<PrunedTable, { readonly key: string; readonly sql: string }>> = {
  gaps: {
    key: 'gap_id',
    sql: `SELECT gap_id FROM gaps
      WHERE recorded_at < :before AND last_slot < :before AND (acknowledged_at < :before OR slot_count <= (
        SELECT count(DISTINCT slot) FROM runs
        WHERE runs.rule_id = gaps.rule_id AND runs.workspace = gaps.workspace
          AND slot BETWEEN first_slot AND last_slot AND window_override = '' AND purpose <> 'ad-hoc'
          AND status = 'complete'))`,
  },
  findings: {
    key: 'rule_id, workspace, finding_id',
    sql: `WITH reach AS (
        SELECT rule_id, workspace, max(window_end - window_start) AS longest FROM runs
        WHERE window_start IS NOT NULL GROUP BY rule_id, workspace)
      SELECT rule_id, workspace, finding_id FROM findings
        LEFT JOIN reach USING (rule_id, workspace)
        LEFT JOIN schedules USING (rule_id, workspace)
      WHERE last_slot < :before
        AND last_slot + coalesce(longest, 0) + :margin < min(:now, coalesce(
          CASE WHEN inactive_reason IS NULL THEN settled_through END, :now))`,
  },
  outbox: { key: 'entry_id', sql: `SELECT entry_id FROM outbox WHERE incident_id IN (${incidentsThatGo()})` },
  alerts: {
    key: 'alert_id',
    sql: `SELECT alert_id FROM alerts JOIN runs USING (run_id)
      WHERE incident_id IN (${incidentsThatGo()}) OR (incident_id IS NULL AND coalesce(finished_at, started_at) < :before)`,
  },
  incidents: { key: 'incident_id', sql: incidentsThatGo() },
  schedules: {
    key: 'rule_id, workspace',
    sql: `SELECT rule_id, workspace FROM schedules WHERE inactive_reason = 'retired' AND inactive_since < :before`,
  },
  runs: {
    key: 'run_id',
    sql: `SELECT run_id FROM runs LEFT JOIN schedules USING (rule_id, workspace)
      WHERE status <> 'claimed' AND coalesce(finished_at, started_at) < :before AND slot < :before
        AND (settled_through IS NULL OR slot < settled_through OR inactive_reason IS NOT NULL)
        AND run_id NOT IN (SELECT run_id FROM findings WHERE ${stays('findings', 'rule_id, workspace, finding_id')})
        AND run_id NOT IN (SELECT run_id FROM incidents WHERE ${stays('incidents', 'incident_id')})
        AND run_id NOT IN (SELECT run_id FROM alerts WHERE ${stays('alerts', 'alert_id')})
        AND run_id NOT IN (SELECT run_id FROM leases WHERE run_id IS NOT NULL)
        AND run_id NOT IN (
          SELECT max(run_id) FROM runs WHERE status = 'complete' AND purpose <> 'ad-hoc' GROUP BY rule_id, workspace)
        AND NOT EXISTS (
          SELECT 1 FROM gaps
          WHERE gaps.rule_id = runs.rule_id AND gaps.workspace = runs.workspace
            AND runs.slot BETWEEN first_slot AND last_slot AND gap_id NOT IN (SELECT gap_id FROM doomed_gaps))`,
  },
}

function stays(table: PrunedTable, key: string): string {
  return `(${key}) NOT IN (SELECT ${key} FROM doomed_${table})`
}

function incidentsThatGo(): string {
  return `SELECT incident_id FROM incidents
    WHERE updated_at < :before
      AND incident_id NOT IN (
        SELECT incident_id FROM findings
        WHERE incident_id IS NOT NULL AND ${stays('findings', 'rule_id, workspace, finding_id')})
      AND incident_id NOT IN (SELECT incident_id FROM outbox WHERE settled_at IS NULL)`
}

/**
 * Forgets what is older than `keep` and needed by nothing, or counts it. Others may write meanwhile: what a run has
 * recorded since the count is not among what goes, and what it has touched stays.
 *
 * Rejects with LedgerError.
 */
export async function pruneLedger(
  path: string,
  request: PruneRequest,
  options: MaintenanceOptions,
): Promise<LedgerPrune> {
  const { database } = openExisting(path, options)
  try {
    migrate(database)
    // What must hold is said above. SQLite's own check would read whole tables for each single run that goes.
    database.script('PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; PRAGMA temp_store = FILE')
    const before = minus(request.now, request.keep)
    const parameters = { before, now: request.now, margin: MARGIN }
    const forgotten = Object.fromEntries(PRUNED_TABLES.map((table) => [table, 0])) as Record<PrunedTable, number>
    for (const tables of STEPS) {
      for (const table of tables) forgotten[table] = mark(database, table, parameters)
      if (!request.deletes) continue
      for (const table of tables) forgotten[table] = remove(database, table, before)
    }
    return { path, before, isDone: request.deletes, forgotten }
  } finally {
    database.close()
  }
}

function mark(database: Database, table: PrunedTable, parameters: SqlParameters): number {
  const { key, sql } = DOOMED[table]
  database.script(`CREATE TEMP TABLE doomed_${table} (number INTEGER PRIMARY KEY, ${key})`)
  const used = Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`:${name}`)))
  return database.run(`INSERT INTO doomed_${table} (${key}) ${sql}`, used)
}

/** In batches; a finding that was seen since the count stays, and then it is not among what goes for those after it. */
function remove(database: Database, table: PrunedTable, before: Instant): number {
  const { key } = DOOMED[table]
  const last = numberIn(database.get(`SELECT coalesce(max(number), 0) AS last FROM doomed_${table}`) ?? {}, 'last')
  const isStill = table === 'findings' ? 'AND last_slot < :before' : ''
  let removed = 0
  for (let from = 0; from < last; from += BATCH) {
    removed += database.run(
      `DELETE FROM ${table} WHERE (${key}) IN (
         SELECT ${key} FROM doomed_${table} WHERE number > :from AND number <= :to) ${isStill}`,
      { from, to: from + BATCH, ...(isStill === '' ? {} : { before }) },
    )
  }
  // The run's own details go with it; foreign keys, which would see to it, are off here.
  if (table === 'runs') database.run('DELETE FROM run_exclusions WHERE run_id NOT IN (SELECT run_id FROM runs)')
  if (table === 'incidents')
    database.run('DELETE FROM silenced_deliveries WHERE incident_id NOT IN (SELECT incident_id FROM incidents)')
  if (isStill !== '') database.run(`DELETE FROM doomed_${table} WHERE (${key}) IN (SELECT ${key} FROM ${table})`)
  return removed
}
