import { HEALTH_RULE_ID } from '../domain/health.ts'
import type { Delivery, Recipient } from '../domain/ports.ts'
import type { Incident } from '../domain/run.ts'
import type { FailingPair, RuleName } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { deliveryOf } from './commit.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'
import { markClosed } from './incident-book.ts'
import { documentIn, insertAlert, insertIncident, updateIncident } from './incidents.ts'
import { enqueue } from './outbox.ts'
import { failingOf } from './schedules.ts'

export function failingPairs(database: Database, leastFailures: number): readonly FailingPair[] {
  const rows = database.all(
    `SELECT * FROM schedules WHERE failing_since IS NOT NULL AND failures >= :least AND inactive_reason IS NULL
     ORDER BY rule_id, workspace`,
    { least: leastFailures },
  )
  return rows.flatMap((row) => {
    const failing = failingOf(row)
    if (failing === undefined) return []
    return [
      {
        ruleId: textIn(row, 'rule_id'),
        workspace: textIn(row, 'workspace'),
        ruleName: textIn(row, 'rule_name'),
        failing,
      },
    ]
  })
}

export function openHealthIncidents(database: Database): readonly Incident[] {
  const rows = database.all(
    'SELECT incident_id, document FROM incidents WHERE rule_id = :rule AND closed_at IS NULL ORDER BY first_slot, rowid',
    { rule: HEALTH_RULE_ID },
  )
  return rows.map((row) => documentIn(database, row))
}

export function openHealthIncident(
  database: Database,
  incident: Incident,
  about: RuleName,
  sinks: readonly Recipient[],
  now: Instant,
): boolean {
  return database.transaction(() => {
    const known = database.get('SELECT 1 FROM incidents WHERE incident_id = :id', { id: incident.id })
    const run = lastRun(database)
    // An alert belongs to a run; where there has been none, nothing can be unhealthy yet.
    if (known !== undefined || run === undefined) return false
    insertIncident(database, incident, run, now)
    for (const alert of incident.alerts) insertAlert(database, alert, incident.id, run)
    tell(database, deliveryOf('opened', incident, incident.alerts), about, sinks, now)
    return true
  })
}

export function closeHealthIncident(
  database: Database,
  incident: Incident,
  about: RuleName,
  sinks: readonly Recipient[],
  now: Instant,
): boolean {
  return database.transaction(() => {
    const run = lastRun(database)
    const alert = incident.alerts.at(-1)
    const open = database.get('SELECT 1 FROM incidents WHERE incident_id = :id AND closed_at IS NULL', {
      id: incident.id,
    })
    if (open === undefined || run === undefined || alert === undefined) return false
    insertAlert(database, alert, incident.id, run)
    updateIncident(database, incident, now)
    const end = { at: now, author: 'hunt', text: alert.title }
    markClosed(database, incident.id, end)
    tell(database, { ...deliveryOf('closed', incident, [alert]), event: { ...end, kind: 'closed' } }, about, sinks, now)
    return true
  })
}

function tell(
  database: Database,
  delivery: Delivery,
  about: RuleName,
  sinks: readonly Recipient[],
  now: Instant,
): void {
  for (const sink of sinks) {
    if (sink.takes?.(delivery.incident, about) === false) continue
    enqueue(database, sink.name, delivery, now)
  }
}

function lastRun(database: Database): number | undefined {
  const row = database.get('SELECT max(run_id) AS run FROM runs')
  return row === undefined || row['run'] === null ? undefined : numberIn(row, 'run')
}
