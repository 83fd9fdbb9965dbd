import type { ErrorRecord } from '../domain/errors.ts'
import type { RunKey, RunStatus } from '../domain/run.ts'
import type { DayActivity, RunPurpose } from '../domain/schedule.ts'
import type { Instant, Window } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import { instantFromMillis } from '../time/instant.ts'
import { errorIn, numberIn, optionalInstant, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'

export interface RunFilter {
  readonly ruleId?: string
  readonly workspace?: string
  /** At most so many; absent means 100. */
  readonly limit?: number
}

/** One attempt as the ledger keeps it. While it is `claimed`, or when it was abandoned, the result is undefined. */
export interface RunRecord {
  readonly key: RunKey
  readonly attempt: number
  readonly status: RunStatus
  readonly purpose: RunPurpose
  readonly startedAt: Instant
  readonly finishedAt: Instant | undefined
  readonly error: ErrorRecord | undefined
  readonly result: RunResult | undefined
}

export interface RunResult {
  readonly ruleName: string
  readonly ruleSha256: string
  readonly backend: string
  readonly window: Window
  readonly opensIncidents: boolean
  readonly rowCount: number
  /** Rows that exclusions hid; 0 too in runs of versions that had none. */
  readonly excludedCount: number
  readonly findingCount: number
  readonly newFindingCount: number
  readonly alertCount: number
  readonly incidentCount: number
  readonly warnings: readonly string[]
}

/** Attempts, latest first. */
export function runs(database: Database, filter: RunFilter): readonly RunRecord[] {
  const rows = database.all(
    `SELECT * FROM runs
     WHERE (:rule IS NULL OR rule_id = :rule) AND (:workspace IS NULL OR workspace = :workspace)
     ORDER BY run_id DESC LIMIT :limit`,
    { rule: filter.ruleId ?? null, workspace: filter.workspace ?? null, limit: filter.limit ?? 100 },
  )
  return rows.map(recordOf)
}

function recordOf(row: SqlRow): RunRecord {
  return {
    key: {
      ruleId: textIn(row, 'rule_id'),
      workspace: textIn(row, 'workspace'),
      slot: instantFromMillis(numberIn(row, 'slot')),
      windowOverride: textIn(row, 'window_override'),
    },
    attempt: numberIn(row, 'attempt'),
    status: textIn(row, 'status') as RunStatus,
    purpose: textIn(row, 'purpose') as RunPurpose,
    startedAt: instantFromMillis(numberIn(row, 'started_at')),
    finishedAt: optionalInstant(row, 'finished_at'),
    error: errorIn(row, 'error'),
    result: row['rule_name'] === null ? undefined : resultOf(row),
  }
}

function resultOf(row: SqlRow): RunResult {
  return {
    ruleName: textIn(row, 'rule_name'),
    ruleSha256: textIn(row, 'rule_sha256'),
    backend: textIn(row, 'backend'),
    window: {
      start: instantFromMillis(numberIn(row, 'window_start')),
      end: instantFromMillis(numberIn(row, 'window_end')),
    },
    opensIncidents: numberIn(row, 'opens_incidents') === 1,
    rowCount: numberIn(row, 'row_count'),
    excludedCount: row['excluded_count'] === null ? 0 : numberIn(row, 'excluded_count'),
    findingCount: numberIn(row, 'finding_count'),
    newFindingCount: numberIn(row, 'new_finding_count'),
    alertCount: numberIn(row, 'alert_count'),
    incidentCount: numberIn(row, 'incident_count'),
    warnings: JSON.parse(textIn(row, 'warnings')) as readonly string[],
  }
}

/** What the slots from `since` on found, by day. Runs that somebody asked for over a window of theirs are none of a slot. */
export function activity(database: Database, since: Instant): readonly DayActivity[] {
  const rows = database.all(
    `SELECT rule_id, workspace, slot - slot % ${days(1)} AS day, count(DISTINCT slot) AS slots, sum(new_finding_count) AS findings
     FROM runs INDEXED BY runs_by_slot
     WHERE purpose <> 'ad-hoc' AND window_override = '' AND slot >= :since AND status IN ('complete', 'partial')
     GROUP BY rule_id, workspace, day`,
    { since },
  )
  return rows.map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    day: instantFromMillis(numberIn(row, 'day')),
    slots: numberIn(row, 'slots'),
    newFindings: numberIn(row, 'findings'),
  }))
}
