import { alertsOf, decideTrigger, findingsOf, incidentsOf, judgeFindings } from '../detect/index.ts'
import type { Ledger, QueryResult } from '../domain/ports.ts'
import type { Alert, Finding, Incident, RunKey, RunRequest } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { minus } from '../time/instant.ts'

/** What a result means: findings, and what they set off. */
export interface Detection {
  readonly findings: readonly Finding[]
  readonly alerts: readonly Alert[]
  readonly opened: readonly Incident[]
  readonly updated: readonly Incident[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Takes a result through the pure stages: trigger, findings, alerts, incidents. The ledger is only asked here: which
 * findings and alerts are known, and which incidents are there to join.
 *
 * @param now wall clock, for incidents that open
 */
export function detectRun(
  request: RunRequest,
  key: RunKey,
  result: QueryResult,
  ledger: Ledger,
  now: Instant,
): Detection {
  const { rule } = request
  const rowCount = result.table.rows.length
  const decision =
    rule.kind === 'Hunting' ? 'fires' : decideTrigger(rule.trigger, rowCount, result.status === 'complete')
  if (decision === 'quiet') return { findings: [], alerts: [], opened: [], updated: [], warnings: [], notes: [] }

  const { findings: unjudged, warnings, notes } = findingsOf(rule, key.workspace, result.table)
  const recorded = ledger.known(
    rule.id,
    key.workspace,
    unjudged.map((finding) => finding.id),
  )
  const findings = judgeFindings(unjudged, recorded)
  const none = { findings, alerts: [], opened: [], updated: [] }
  if (rule.kind === 'Hunting') return { ...none, warnings, notes }
  if (decision === 'undecided') return { ...none, warnings: [...warnings, undecidedWarning(rowCount)], notes }

  const source = { rule, key, window: request.window, columns: result.table.columns, late: request.late }
  const made = alertsOf(
    source,
    findings.filter((finding) => finding.isNew),
    rowCount,
  )
  const repeated = ledger.knownAlerts(made.alerts.map((alert) => alert.id))
  const alerts = made.alerts.filter((alert) => !repeated.has(alert.id))
  const remarks = { warnings: [...warnings, ...made.warnings], notes: [...notes, ...made.notes] }
  if (request.opensIncidents === false) return { ...none, alerts, ...remarks }

  const { grouping } = rule.incidentConfiguration
  const earliest = alerts.reduce((first, alert) => (alert.raisedAt < first ? alert.raisedAt : first), key.slot)
  const since = minus(earliest, grouping.lookbackDuration)
  const known = grouping.enabled ? ledger.incidents(rule.id, key.workspace, since) : []
  const incidents = incidentsOf(rule, alerts, known, now)
  return { findings, alerts, ...incidents, ...remarks }
}

function undecidedWarning(rowCount: number): string {
  return `the answer is partial: with ${rowCount} rows seen, the rows that are missing decide whether the trigger fires; no alert is made, and the findings stay new for the next run`
}
