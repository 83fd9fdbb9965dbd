import type { IncidentEvent, OpenIncident } from '../domain/ports.ts'
import type { Alert, Incident, IncidentHead } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { optionalInstant, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'

/** Incidents of a rule and workspace whose first alert was raised at or after `since`, oldest first, with their alerts. */
export function incidents(
  database: Database,
  ruleId: string,
  workspace: string,
  since: Instant,
): readonly OpenIncident[] {
  const rows = database.all(
    `SELECT incident_id, closed_at, document FROM incidents
     WHERE rule_id = :rule AND workspace = :workspace AND first_slot >= :since
     ORDER BY first_slot, rowid`,
    { rule: ruleId, workspace, since },
  )
  return rows.map((row) => ({ incident: documentIn(database, row), closed: row['closed_at'] !== null }))
}

/** An incident with its alerts, from a row with `incident_id` and `document`. */
export function documentIn(database: Database, row: SqlRow): Incident {
  return { ...parse<IncidentHead>(row), alerts: alertsOf(database, textIn(row, 'incident_id')) }
}

export function alertsOf(database: Database, incidentId: string): readonly Alert[] {
  const sql = 'SELECT document FROM alerts WHERE incident_id = :incident ORDER BY position'
  return database.all(sql, { incident: incidentId }).map((row) => parse<Alert>(row))
}

/** Documents are read back as the types that they were written from; migrations keep them so. */
function parse<T>(row: Readonly<Record<string, unknown>>): T {
  return JSON.parse(textIn(row, 'document')) as T
}

export function insertIncident(database: Database, incident: Incident, runId: number, now: Instant): void {
  database.run(
    `INSERT INTO incidents (incident_id, rule_id, workspace, first_slot, run_id, updated_at, document)
     VALUES (:incident, :rule, :workspace, :slot, :run, :now, :document)`,
    {
      incident: incident.id,
      rule: incident.ruleId,
      workspace: incident.workspace,
      slot: incident.alerts[0]?.raisedAt ?? now,
      run: runId,
      now,
      document: documentOf(incident),
    },
  )
}

/** Why a closed incident is open again. */
export function reopening(at: Instant): IncidentEvent {
  return { at, kind: 'reopened', author: 'hunt', text: 'another alert came' }
}

export function lastReopening(database: Database, incidentId: string): IncidentEvent | undefined {
  const sql = "SELECT max(at) AS at FROM incident_events WHERE incident_id = :incident AND kind = 'reopened'"
  const at = optionalInstant(database.get(sql, { incident: incidentId }) ?? {}, 'at')
  return at === undefined ? undefined : reopening(at)
}

/**
 * A grown incident is open again, if it was closed: only rules that reopen let a closed one grow. Returns whether it was.
 */
export function updateIncident(database: Database, incident: Incident, now: Instant): boolean {
  const { author, text } = reopening(now)
  const reopened = database.run(
    `INSERT INTO incident_events (incident_id, at, kind, author, text)
     SELECT incident_id, :now, 'reopened', :author, :text FROM incidents
     WHERE incident_id = :incident AND closed_at IS NOT NULL`,
    { incident: incident.id, now, author, text },
  )
  database.run(
    'UPDATE incidents SET document = :document, updated_at = :now, closed_at = NULL WHERE incident_id = :incident',
    { incident: incident.id, now, document: documentOf(incident) },
  )
  return reopened > 0
}

export function insertAlert(database: Database, alert: Alert, incidentId: string | undefined, runId: number): void {
  database.run(
    'INSERT INTO alerts (alert_id, run_id, incident_id, document) VALUES (:alert, :run, :incident, :document)',
    {
      alert: alert.id,
      run: runId,
      incident: incidentId ?? null,
      document: JSON.stringify(alert),
    },
  )
}

/** Without the alerts, which have rows of their own. */
function documentOf(incident: Incident): string {
  return JSON.stringify({ ...incident, alerts: undefined })
}
