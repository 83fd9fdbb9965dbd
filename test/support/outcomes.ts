import { alertsOf } from '../../src/detect/alerts.ts'
import { incidentsOf } from '../../src/detect/incidents.ts'
import type { ResultTable } from '../../src/domain/kusto.ts'
import type { OpenIncident } from '../../src/domain/ports.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Incident, RunKey, RunOutcome } from '../../src/domain/run.ts'
import type { Instant } from '../../src/domain/time.ts'
import { milliseconds, minutes } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { windowAt } from '../../src/time/rule-times.ts'
import { defaultDelay } from '../../src/time/default-times.ts'
import { newFindings } from './findings.ts'
import { at } from './instants.ts'
import { RULE_ID, scheduledRule } from './rules.ts'
import { namesTable } from './tables.ts'

export const SLOT = at('2026-03-02T00:00:00Z')

export function runKey(changes: Partial<RunKey> = {}): RunKey {
  return { ruleId: RULE_ID, workspace: 'local', slot: SLOT, windowOverride: '', ...changes }
}

export interface OutcomeSource {
  readonly rule?: Rule
  readonly key?: RunKey
  readonly table?: ResultTable
  /** Open incidents that alerts may join. */
  readonly known?: readonly OpenIncident[]
}

/** What a complete run over `table` makes when nothing is known: by default one finding, alert and incident. */
export function outcomeOf(source: OutcomeSource = {}, changes: Partial<RunOutcome> = {}): RunOutcome {
  const { rule = scheduledRule(), key = runKey(), table = namesTable('vm-1'), known = [] } = source
  const window =
    rule.kind === 'Hunting'
      ? { start: minus(key.slot, minutes(60)), end: key.slot }
      : windowAt(rule, key.slot, defaultDelay(rule))
  const finishedAt = plus(key.slot, minutes(6))
  const findings = newFindings(rule, table, key.workspace)
  const { alerts } =
    rule.kind === 'Hunting'
      ? { alerts: [] }
      : alertsOf({ rule, key, window, columns: table.columns }, findings, table.rows.length)
  const incidents = rule.kind === 'Hunting' ? { opened: [], updated: [] } : incidentsOf(rule, alerts, known, finishedAt)
  return {
    key,
    rule,
    window,
    backend: 'local',
    attempt: 1,
    status: 'complete',
    opensIncidents: true,
    startedAt: minus(finishedAt, minutes(1)),
    finishedAt,
    error: undefined,
    warnings: [],
    notes: [],
    columns: table.columns,
    findings,
    exclusions: [],
    excluded: [],
    alerts,
    ...incidents,
    statistics: {
      queryDuration: milliseconds(1500),
      rowCount: table.rows.length,
      excludedRowCount: 0,
      findingCount: findings.length,
      newFindingCount: findings.length,
      alertCount: alerts.length,
      incidentCount: incidents.opened.length + incidents.updated.length,
    },
    ...changes,
  }
}

/** An incident with one alert, as a run opens it. */
export function incidentOf(name = 'vm-1', slot: Instant = SLOT): Incident {
  const [incident] = outcomeOf({ key: runKey({ slot }), table: namesTable(name) }).opened
  if (incident === undefined) throw new Error('the builder opened no incident')
  return incident
}
