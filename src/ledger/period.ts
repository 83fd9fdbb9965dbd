import type { Classification } from '../domain/ports.ts'
import type {
  PairHistory,
  PairVerdicts,
  PeriodAlert,
  PeriodExclusion,
  PeriodIncident,
  PeriodRecords,
  PeriodRun,
  ReportPeriod,
} from '../domain/report.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Severity } from '../domain/rule.ts'
import type { Alert, IncidentHead, RunStatus } from '../domain/run.ts'
import type { RunPurpose } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { coverage } from './coverage.ts'
import { errorIn, numberIn, optionalInstant, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import { gaps } from './gaps.ts'
import { outbox } from './outbox-care.ts'
import { ruleFacts } from './rule-facts.ts'
import { ruleVersions } from './rule-versions.ts'
import { schedules } from './schedules.ts'
import { periodSilences } from './silences.ts'

/** What a report is made from; see domain/report.ts for what belongs to a period. */
export function readPeriod(database: Database, period: ReportPeriod, since: Instant): PeriodRecords {
  return database.snapshot(() => ({
    runs: periodRuns(database, period),
    alerts: periodAlerts(database, period),
    incidents: periodIncidents(database, period),
    openIncidents: openIncidents(database),
    covered: coverage(database, {}, period),
    gaps: gaps(database, {}),
    schedules: schedules(database, {}),
    facts: ruleFacts(database),
    exclusions: periodExclusions(database, period),
    silences: periodSilences(database, period),
    histories: histories(database, period, since),
    verdicts: verdicts(database, period, since),
    oldVersions: ruleVersions(database).filter(({ brokenSince }) => brokenSince !== undefined),
    deliveries: outbox(database, {}),
  }))
}

function parametersOf({ start, end, grace }: ReportPeriod) {
  return { start, end, grace }
}

/** Recorded in the period, though owed before it by more than the grace. `time` is an SQL expression. */
const isLate = (time: string): string =>
  `(${time} < :start AND finished_at >= :start AND finished_at < :end AND finished_at - ${time} > :grace)`

const RUNS = `
  FROM runs
  WHERE status <> 'claimed' AND CASE
    WHEN window_override = '' OR window_start IS NULL THEN (slot >= :start AND slot < :end) OR ${isLate('slot')}
    ELSE (window_start < :end AND window_end > :start) OR ${isLate('window_end')} END`

function periodRuns(database: Database, period: ReportPeriod): readonly PeriodRun[] {
  return database.all(`SELECT * ${RUNS} ORDER BY run_id`, parametersOf(period)).map(runOf)
}

function periodExclusions(database: Database, period: ReportPeriod): readonly PeriodExclusion[] {
  const rows = database.all(
    `SELECT run_exclusions.*, rule_id, workspace FROM run_exclusions JOIN runs USING (run_id)
     WHERE run_id IN (SELECT max(run_id) ${RUNS} AND status IN ('complete', 'partial') GROUP BY rule_id, workspace, slot, window_override)
     ORDER BY run_id, name`,
    parametersOf(period),
  )
  return rows.map((row) => ({
    runId: numberIn(row, 'run_id'),
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    name: textIn(row, 'name'),
    when: textIn(row, 'condition'),
    owner: textIn(row, 'owner'),
    reason: textIn(row, 'reason'),
    expires: optionalInstant(row, 'expires_at'),
    rowCount: numberIn(row, 'row_count'),
    fault: row['fault'] === null ? undefined : textIn(row, 'fault'),
  }))
}

function runOf(row: SqlRow): PeriodRun {
  const [start, end] = [optionalInstant(row, 'window_start'), optionalInstant(row, 'window_end')]
  const warnings = textIn(row, 'warnings')
  return {
    id: numberIn(row, 'run_id'),
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    ruleName: textIn(row, 'rule_name'),
    ruleSha256: textIn(row, 'rule_sha256'),
    slot: instantFromMillis(numberIn(row, 'slot')),
    isChosen: textIn(row, 'window_override') !== '',
    window: start === undefined || end === undefined ? undefined : { start, end },
    purpose: textIn(row, 'purpose') as RunPurpose,
    status: textIn(row, 'status') as RunStatus,
    startedAt: instantFromMillis(numberIn(row, 'started_at')),
    finishedAt: optionalInstant(row, 'finished_at'),
    rowCount: Number(row['row_count'] ?? 0),
    newFindingCount: Number(row['new_finding_count'] ?? 0),
    queryDuration: Number(row['query_milliseconds'] ?? 0) as Duration,
    error: errorIn(row, 'error'),
    warnings: warnings === '' ? [] : (JSON.parse(warnings) as readonly string[]),
  }
}

/** As the index alerts_by_time has it, so that SQLite uses it. */
const RAISED_AT = `CASE WHEN json_valid(document) THEN document ->> '$.raisedAt' END`

const ALERTS = `
  SELECT alert_id, document, incident_id, finished_at, position FROM alerts JOIN runs USING (run_id)
    WHERE ${RAISED_AT} >= :start AND ${RAISED_AT} < :end
  UNION
  SELECT alert_id, document, incident_id, finished_at, position FROM runs JOIN alerts USING (run_id)
    WHERE finished_at >= :start AND finished_at < :end AND ${RAISED_AT} < :start AND finished_at - (${RAISED_AT}) > :grace`

function periodAlerts(database: Database, period: ReportPeriod): readonly PeriodAlert[] {
  return database.all(`${ALERTS} ORDER BY position`, parametersOf(period)).map((row) => ({
    alert: JSON.parse(textIn(row, 'document')) as Alert,
    incidentId: row['incident_id'] === null ? undefined : textIn(row, 'incident_id'),
    recordedAt: instantFromMillis(numberIn(row, 'finished_at')),
  }))
}

function periodIncidents(database: Database, period: ReportPeriod): readonly PeriodIncident[] {
  const rows = database.all(
    `WITH wanted AS (
       SELECT incident_id FROM (${ALERTS}) WHERE incident_id IS NOT NULL
       UNION SELECT incident_id FROM incident_events WHERE kind = 'closed' AND at >= :start AND at < :end)
     SELECT incidents.incident_id, incidents.document, closed_at,
       (SELECT count(*) FROM alerts WHERE alerts.incident_id = incidents.incident_id) AS alert_count,
       (SELECT alert_id FROM alerts WHERE alerts.incident_id = incidents.incident_id ORDER BY position LIMIT 1) AS first_alert,
       (SELECT classification FROM incident_events
        WHERE incident_events.incident_id = incidents.incident_id AND kind = 'closed'
        ORDER BY event_id DESC LIMIT 1) AS classification
     FROM wanted JOIN incidents USING (incident_id) ORDER BY first_slot, incidents.rowid`,
    parametersOf(period),
  )
  return rows.map((row) => {
    const closedAt = optionalInstant(row, 'closed_at')
    const classification = textIn(row, 'classification')
    return {
      incident: JSON.parse(textIn(row, 'document')) as IncidentHead,
      alertCount: numberIn(row, 'alert_count'),
      firstAlertId: textIn(row, 'first_alert'),
      closedAt,
      classification: closedAt !== undefined && classification !== '' ? (classification as Classification) : undefined,
    }
  })
}

function openIncidents(database: Database): Readonly<Record<Severity, number>> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>
  const rows = database.all(
    `SELECT document ->> '$.severity' AS severity, count(*) AS count FROM incidents WHERE closed_at IS NULL GROUP BY 1`,
  )
  for (const row of rows) {
    const severity = SEVERITIES.find((each) => each === row['severity'])
    if (severity !== undefined) counts[severity] = numberIn(row, 'count')
  }
  return counts
}

/** Of runs of the schedule; a rule that people run by hand is quiet whenever nobody does. */
function histories(database: Database, { end }: ReportPeriod, since: Instant): readonly PairHistory[] {
  const rows = database.all(
    `SELECT rule_id, workspace, count(*) AS runs, min(slot) AS first, max(slot) AS last,
       max(CASE WHEN row_count > 0 THEN slot END) AS last_with_rows
     FROM runs
     WHERE slot >= :since AND slot < :end AND status = 'complete' AND purpose <> 'ad-hoc' AND window_override = ''
     GROUP BY rule_id, workspace`,
    { since, end },
  )
  return rows.map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    completeRuns: numberIn(row, 'runs'),
    first: instantFromMillis(numberIn(row, 'first')),
    last: instantFromMillis(numberIn(row, 'last')),
    lastWithRows: optionalInstant(row, 'last_with_rows'),
  }))
}

function verdicts(database: Database, { end }: ReportPeriod, since: Instant): readonly PairVerdicts[] {
  const rows = database.all(
    `SELECT rule_id, workspace, count(DISTINCT incident_id) AS closed,
       count(DISTINCT CASE WHEN classification IN ('FalsePositive', 'BenignPositive') THEN incident_id END) AS harmless
     FROM incident_events JOIN incidents USING (incident_id)
     WHERE kind = 'closed' AND at >= :since AND at < :end
     GROUP BY rule_id, workspace`,
    { since, end },
  )
  return rows.map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    closed: numberIn(row, 'closed'),
    falsePositives: numberIn(row, 'harmless'),
  }))
}
