import type { PeriodAlert, PeriodIncident, PeriodRecords, PeriodRun, RuleFacts } from '../../src/domain/report.ts'
import type { Alert } from '../../src/domain/run.ts'
import type { ScheduleState } from '../../src/domain/schedule.ts'
import { REPORT_GRACE } from '../../src/report/index.ts'
import { makeReport } from '../../src/report/model/make-report.ts'
import type { Report } from '../../src/report/model/report.ts'
import { days, hours, milliseconds, minutes } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { at } from './instants.ts'
import { incidentOf } from './outcomes.ts'
import { RULE_ID } from './rules.ts'

/** The day that the reports of tests are about. */
export const DAY = { start: at('2026-03-02T00:00:00Z'), end: at('2026-03-03T00:00:00Z') }
export const SHA256 = 'a'.repeat(64)

export const noRecords: PeriodRecords = {
  runs: [],
  alerts: [],
  incidents: [],
  openIncidents: { Informational: 0, Low: 0, Medium: 0, High: 0 },
  covered: [],
  gaps: [],
  schedules: [],
  facts: [],
  exclusions: [],
  silences: [],
  histories: [],
  verdicts: [],
  oldVersions: [],
  deliveries: [],
}

/** A complete run of the schedule at noon, with one new finding. */
export function periodRun(changes: Partial<PeriodRun> = {}): PeriodRun {
  const slot = changes.slot ?? at('2026-03-02T12:00:00Z')
  return {
    id: 1,
    ruleId: RULE_ID,
    ruleName: 'Rare script',
    ruleSha256: SHA256,
    workspace: 'local',
    slot,
    isChosen: false,
    window: { start: minus(slot, hours(1)), end: slot },
    purpose: 'slot',
    status: 'complete',
    startedAt: plus(slot, minutes(5)),
    finishedAt: plus(slot, minutes(6)),
    rowCount: 1,
    newFindingCount: 1,
    queryDuration: milliseconds(1500),
    error: undefined,
    warnings: [],
    ...changes,
  }
}

export function ruleFacts(changes: Partial<RuleFacts> = {}): RuleFacts {
  return {
    ruleId: RULE_ID,
    sha256: SHA256,
    kind: 'Scheduled',
    severity: 'Medium',
    tactics: ['Execution'],
    techniques: ['T1059'],
    queryFrequency: hours(1),
    queryPeriod: hours(1),
    ...changes,
  }
}

/** An incident with its one alert, raised at noon. */
export function alertIn(
  name = 'vm-1',
  changes: Partial<Alert> = {},
): { readonly alert: PeriodAlert; readonly incident: PeriodIncident } {
  const raisedAt = changes.raisedAt ?? at('2026-03-02T12:00:00Z')
  const { alerts, ...incident } = incidentOf(name, raisedAt)
  const [first] = alerts
  if (first === undefined) throw new Error('the builder made no alert')
  const alert = { ...first, ...changes }
  const severity = changes.severity ?? incident.severity
  return {
    alert: { alert, incidentId: incident.id, recordedAt: plus(raisedAt, minutes(6)) },
    incident: {
      incident: { ...incident, severity, entities: alert.entities, title: alert.title },
      alertCount: 1,
      firstAlertId: alert.id,
      closedAt: undefined,
      classification: undefined,
    },
  }
}

export function schedule(changes: Partial<ScheduleState> = {}): ScheduleState {
  return {
    ruleId: RULE_ID,
    workspace: 'local',
    ruleName: 'Rare script',
    ruleFile: 'queries/rare-script.yaml',
    ruleSha256: SHA256,
    ruleFolder: '',
    firstSeen: minus(DAY.start, days(30)),
    settledThrough: DAY.end,
    reconciledThrough: undefined,
    slots: [],
    paused: undefined,
    inactive: undefined,
    failing: undefined,
    ...changes,
  }
}

/** The report of the day, made at six the next morning. */
export function reportOf(
  records: Partial<PeriodRecords>,
  before: Partial<PeriodRecords> = {},
  changes: Partial<Pick<Report, 'evidence' | 'timeZone' | 'madeAt'>> = {},
): Report {
  return makeReport(
    {
      period: { ...DAY, grace: REPORT_GRACE },
      records: { ...noRecords, ...records },
      before: { ...noRecords, ...before },
    },
    {
      before: { start: minus(DAY.start, days(1)), end: DAY.start },
      timeZone: 'UTC',
      madeAt: plus(DAY.end, hours(6)),
      version: '0.0.0',
      evidence: [],
      ...changes,
    },
  )
}
