import { createHash } from 'node:crypto'
import { LedgerError } from '../domain/errors.ts'
import type { Delivery, Recipient } from '../domain/ports.ts'
import { findingCountOf } from '../domain/run.ts'
import type { Alert, Finding, Incident, RunOutcome } from '../domain/run.ts'
import { SUPPRESSION } from '../domain/silence.ts'
import type { SilencedIncident } from '../domain/silence.ts'
import { formatInstant, plus } from '../time/instant.ts'
import { findLease } from './claims.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'
import { recordExclusions } from './exclusions.ts'
import { recordFindings, touchFindings } from './findings.ts'
import { insertAlert, insertIncident, lastReopening, reopening, updateIncident } from './incidents.ts'
import { enqueue, wasTold } from './outbox.ts'
import { holdBack, makeUp, NOBODY, silence, silencing } from './silences.ts'
import { keepRuleFacts } from './rule-facts.ts'

/**
 * Records a run and gives its lease back, all or nothing. A run that opens no incidents (`--no-incidents`) leaves only
 * its row and what exclusions hid, so that a later one finds everything new.
 */
export function commit(
  database: Database,
  outcome: RunOutcome,
  token: string,
  sinks: readonly Recipient[],
): readonly SilencedIncident[] {
  return database.transaction(() => {
    const lease = findLease(database, outcome.key, token)
    if (lease === undefined) throw claimLost(database.path, outcome)
    const runId = numberIn(lease, 'run_id')
    finishRun(database, outcome, runId)
    keepRuleFacts(database, outcome.rule)
    recordExclusions(database, outcome, runId)
    const silenced = outcome.opensIncidents ? recordResults(database, outcome, runId, sinks) : []
    database.run('DELETE FROM leases WHERE token = :token', { token })
    return silenced
  })
}

function claimLost(path: string, { key }: RunOutcome): LedgerError {
  return new LedgerError({
    code: 'ledger/claim-lost',
    message: `the run of rule ${key.ruleId} on ${key.workspace} for ${formatInstant(key.slot)} took longer than its lease, and another process has taken it over; its result is not recorded`,
    hint: 'The other process records its own result. If this happens often, the query is too slow or the computer sleeps.',
    retryable: true,
    context: { path },
  })
}

function finishRun(database: Database, outcome: RunOutcome, runId: number): void {
  const { statistics } = outcome
  database.run(
    `UPDATE runs SET
       status = :status, started_at = :startedAt, finished_at = :finishedAt, opens_incidents = :opensIncidents,
       rule_name = :ruleName, rule_sha256 = :sha256, backend = :backend, window_start = :start, window_end = :end,
       row_count = :rows, finding_count = :findings, new_finding_count = :newFindings, alert_count = :alerts,
       incident_count = :incidents, query_milliseconds = :query, error = :error, warnings = :warnings
     WHERE run_id = :run`,
    {
      run: runId,
      status: outcome.status,
      startedAt: outcome.startedAt,
      finishedAt: outcome.finishedAt,
      opensIncidents: outcome.opensIncidents ? 1 : 0,
      ruleName: outcome.rule.name,
      sha256: outcome.rule.source.sha256,
      backend: outcome.backend,
      start: outcome.window.start,
      end: outcome.window.end,
      rows: statistics.rowCount,
      findings: statistics.findingCount,
      newFindings: statistics.newFindingCount,
      alerts: statistics.alertCount,
      incidents: statistics.incidentCount,
      query: Math.round(statistics.queryDuration),
      error: outcome.error === undefined ? null : JSON.stringify(outcome.error),
      warnings: JSON.stringify(outcome.warnings),
    },
  )
}

function recordResults(
  database: Database,
  outcome: RunOutcome,
  runId: number,
  sinks: readonly Recipient[],
): readonly SilencedIncident[] {
  const { key, opened, updated, finishedAt } = outcome
  for (const incident of opened) insertIncident(database, incident, runId, finishedAt)
  const reopened = new Set(updated.filter((each) => updateIncident(database, each, finishedAt)).map(({ id }) => id))
  const incidentOfAlert = new Map(
    [...opened, ...updated].flatMap((incident) => incident.alerts.map((alert) => [alert.id, incident.id])),
  )
  for (const alert of outcome.alerts) insertAlert(database, alert, incidentOfAlert.get(alert.id), runId)
  const run = { id: runId, ruleId: key.ruleId, workspace: key.workspace, slot: key.slot }
  recordFindings(database, run, findingsToRecord(outcome, incidentOfAlert))
  touchFindings(database, run, knownIds(outcome))
  const silenceOf = silencing(database, outcome)
  const touched = [...opened, ...updated]
  const silenceById = new Map(touched.map((incident) => [incident.id, silenceOf(incident)]))
  for (const sink of sinks.length === 0 ? [NOBODY] : sinks) {
    const tell = (reason: 'opened' | 'updated') => (incident: Incident) => {
      if (sink.takes?.(incident, outcome.rule) === false) return
      const held = silenceById.get(incident.id)
      if (held !== undefined) holdBack(database, held, sink.name, incident, finishedAt)
      else if (sink !== NOBODY) enqueue(database, sink.name, deliveryTo(sink.name, reason, incident), finishedAt)
    }
    const deliveryTo = (name: string, reason: 'opened' | 'updated', incident: Incident): Delivery => {
      // Whoever was never told of the incident, or not of a part of it, hears of all its alerts.
      const isWhole = !wasTold(database, name, incident.id)
      const lacks = makeUp(database, name, incident, finishedAt)
      const delivery = deliveryOf(reason, incident, isWhole || lacks ? incident.alerts : outcome.alerts)
      if (reopened.has(incident.id)) return { ...delivery, event: reopening(finishedAt) }
      // What was held back may have been that it is open again.
      const event = lacks ? lastReopening(database, incident.id) : undefined
      return event === undefined ? delivery : { ...delivery, event }
    }
    opened.forEach(tell('opened'))
    updated.forEach(tell('updated'))
  }
  if (touched.some(({ id }) => silenceById.get(id) === undefined)) suppress(database, outcome, runId)
  return [...silenceById].flatMap(([incidentId, held]) => (held === undefined ? [] : [{ incidentId, silence: held }]))
}

/**
 * Sentinel stops a rule with suppression after an alert. Here it goes on searching, and nobody is told of what it finds before
 * the duration is over; of runs that somebody asked for nothing is suppressed, and they suppress nothing.
 */
function suppress(database: Database, { rule, key, finishedAt }: RunOutcome, runId: number): void {
  if (rule.kind === 'Hunting' || !rule.suppression.enabled) return
  const run = database.get('SELECT purpose FROM runs WHERE run_id = :run', { run: runId })
  if (textIn(run ?? {}, 'purpose') !== 'slot') return
  silence(database, {
    target: { rule: { id: rule.id, name: rule.name }, workspace: key.workspace, entity: undefined },
    since: finishedAt,
    until: plus(finishedAt, rule.suppression.duration),
    reason: 'suppression after an alert, as the rule says',
    author: SUPPRESSION,
  })
}

/**
 * Findings become known only once an alert carries them: a partial answer can show rows whose trigger is undecided, and
 * the complete one must still alert on them. Hunting queries have no alerts; theirs are known at once.
 */
function* findingsToRecord(
  outcome: RunOutcome,
  incidentOfAlert: ReadonlyMap<string, string>,
): Generator<{ readonly id: string; readonly incidentId: string | undefined }> {
  const isAlerting = outcome.rule.kind !== 'Hunting'
  const incidents = new Map<string, string | undefined>()
  for (const alert of outcome.alerts) {
    for (const id of alert.findingIds) if (!incidents.has(id)) incidents.set(id, incidentOfAlert.get(alert.id))
  }
  // At most one alert of a run has more findings than it lists: the one that stands for all of them.
  const whole = outcome.alerts.find((alert) => findingCountOf(alert) > alert.findingIds.length)
  for (const { id, isNew } of idsOf(outcome)) {
    if (!isNew) continue
    if (!isAlerting) yield { id, incidentId: undefined }
    else if (incidents.has(id)) yield { id, incidentId: incidents.get(id) }
    else if (whole !== undefined) yield { id, incidentId: incidentOfAlert.get(whole.id) }
  }
}

function* knownIds(outcome: RunOutcome): Generator<string> {
  for (const { id, isNew } of idsOf(outcome)) if (!isNew) yield id
}

function idsOf({ findings }: RunOutcome): Iterable<Pick<Finding, 'id' | 'isNew'>> {
  return findings.ids ?? findings
}

/** The key follows from the incident and what it holds: told again, it is the same message. */
export function deliveryOf(
  reason: 'opened' | 'updated' | 'closed',
  incident: Incident,
  fresh: readonly Alert[],
): Delivery {
  const alerts = createHash('sha256').update(JSON.stringify(incident.alerts.map((alert) => alert.id)))
  const key =
    reason === 'opened' ? `${incident.id}/opened` : `${incident.id}/${reason}/${alerts.digest('hex').slice(0, 16)}`
  const ours = new Set(incident.alerts.map((alert) => alert.id))
  return { key, reason, incident, addedAlertIds: fresh.map(({ id }) => id).filter((id) => ours.has(id)) }
}
