import { alertsOf, decideTrigger, findingsOf, incidentsOf, judgeFindings } from '../detect/index.ts'
import type { ExcludedFinding, ExclusionUse } from '../domain/exclusion.ts'
import type { Ledger, QueryResult } from '../domain/ports.ts'
import type { Alert, Findings, Incident, RunKey, RunRequest } from '../domain/run.ts'
import type { Sequence } from '../domain/sequence.ts'
import type { Instant } from '../domain/time.ts'
import { minus } from '../time/instant.ts'
import type { Exclusions } from './exclude-rows.ts'
import { countOf } from '../text/count.ts'

/** What a result means: findings, and what they set off. */
export interface Detection {
  readonly findings: Findings
  readonly exclusions: readonly ExclusionUse[]
  readonly excluded: Sequence<ExcludedFinding>
  readonly excludedRowCount: number
  readonly newFindingCount: number
  readonly alerts: readonly Alert[]
  readonly opened: readonly Incident[]
  readonly updated: readonly Incident[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/** An answer, and which of its rows exclusions hide. */
export interface Answer {
  readonly result: QueryResult
  readonly exclusions: Exclusions
}

/**
 * Takes a result through the pure stages: trigger, findings, alerts, incidents. The ledger is only asked here: which
 * findings and alerts are known, and which incidents are there to join.
 *
 * Excluded rows do not count for the trigger, as if the query had left them out; but ids are given over all rows, so that a
 * finding keeps its id when an exclusion comes or goes.
 *
 * @param now wall clock, for incidents that open
 */
export function detectRun(
  request: RunRequest,
  key: RunKey,
  { result, exclusions }: Answer,
  ledger: Ledger,
  now: Instant,
): Detection {
  const { rule } = request
  const { hidden, uses } = exclusions
  const excludedRowCount = hidden.size
  const rowCount = result.table.rows.length - excludedRowCount
  const decision =
    rule.kind === 'Hunting' ? 'fires' : decideTrigger(rule.trigger, rowCount, result.status === 'complete')
  const nothing = { findings: [], newFindingCount: 0, excluded: [], alerts: [], opened: [], updated: [], notes: [] }
  const base = { exclusions: uses, excludedRowCount }
  if (decision === 'quiet' && excludedRowCount === 0) return { ...nothing, ...base, warnings: exclusions.warnings }

  const found = findingsOf(rule, key.workspace, result.table)
  const warnings = [...exclusions.warnings, ...found.warnings]
  const { notes } = found
  const recorded = (ids: readonly string[]) => ledger.known(rule.id, key.workspace, ids)
  const { findings, fresh, excluded } = judgeFindings(found, recorded, hidden)
  const none = { ...base, findings, newFindingCount: fresh.length, excluded, alerts: [], opened: [], updated: [] }
  if (decision === 'quiet') return { ...none, findings: [], newFindingCount: 0, warnings, notes }
  if (rule.kind === 'Hunting') return { ...none, warnings, notes }
  if (decision === 'undecided') return { ...none, warnings: [...warnings, undecidedWarning(rowCount)], notes }

  const { window, late, delay } = request
  const source = { rule, key, window, columns: result.table.columns, late, delay }
  const made = alertsOf(source, fresh, rowCount)
  const repeated = ledger.knownAlerts(made.alerts.map((alert) => alert.id))
  const alerts = made.alerts.filter((alert) => !repeated.has(alert.id))
  const remarks = { warnings: [...warnings, ...made.warnings], notes: [...notes, ...made.notes] }
  if (request.opensIncidents === false) return { ...none, alerts, ...remarks }

  const { grouping } = rule.incidentConfiguration
  const earliest = alerts.reduce((first, alert) => (alert.raisedAt < first ? alert.raisedAt : first), key.slot)
  const since = minus(earliest, grouping.lookbackDuration)
  const known = grouping.enabled ? ledger.incidents(rule.id, key.workspace, since) : []
  const incidents = incidentsOf(rule, alerts, known, now)
  return { ...none, alerts, ...incidents, ...remarks }
}

function undecidedWarning(rowCount: number): string {
  return `the answer is partial: with ${countOf(rowCount, 'row')} seen, the rows that are missing decide whether the trigger fires; no alert is made, and the findings stay new for the next run`
}
