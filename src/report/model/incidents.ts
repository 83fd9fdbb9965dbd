import { groupBy } from '../../domain/sequence.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import type { PeriodIncident, PeriodRecords } from '../../domain/report.ts'
import { byText, entityKey, factsOf, gravity, hasBefore, isFailure, isLateIn, namesOf, sum } from './common.ts'
import type { ReportInput } from './common.ts'
import type { ReportedAlert, ReportedEntity, ReportedIncident, SeverityCount, Totals } from './report.ts'

export function reportedAlerts({ records, period }: ReportInput): readonly ReportedAlert[] {
  const isLate = isLateIn(period)
  return records.alerts.map((each) => {
    const { alert, incidentId, recordedAt } = each
    const { id, ruleId, workspace, severity, title, raisedAt, findingIds, entities } = alert
    return {
      id,
      incidentId,
      ruleId,
      workspace,
      severity,
      title,
      raisedAt,
      recordedAt,
      isLate: isLate(each),
      rows: findingIds.length,
      entities: namesOf(entities),
    }
  })
}

export function reportedIncidents(
  { records }: ReportInput,
  alerts: readonly ReportedAlert[],
): readonly ReportedIncident[] {
  const byIncident = groupBy(alerts, ({ incidentId }) => incidentId)
  const ids = new Set(alerts.map(({ id }) => id))
  return records.incidents
    .map((each): ReportedIncident => {
      const { incident, alertCount, firstAlertId, closedAt, classification } = each
      const own = byIncident.get(incident.id) ?? []
      return {
        id: incident.id,
        change: ids.has(firstAlertId) ? 'opened' : own.length > 0 ? 'grew' : 'closed',
        severity: incident.severity,
        title: incident.title,
        description: incident.description,
        ruleId: incident.ruleId,
        ruleName: incident.ruleName,
        workspace: incident.workspace,
        tactics: incident.tactics,
        techniques: incident.techniques,
        firstActivity: incident.firstActivity,
        lastActivity: incident.lastActivity,
        openedAt: incident.openedAt,
        closedAt,
        classification,
        alerts: own.length,
        allAlerts: alertCount,
        entities: namesOf(incident.entities),
        isLate: own.length > 0 && own.every(({ isLate }) => isLate),
      }
    })
    .sort((a, b) => gravity(b.severity) - gravity(a.severity) || b.lastActivity - a.lastActivity || byText(a.id, b.id))
}

/** Incidents of which the opening alert belongs to the period. */
function openedIn({ alerts, incidents }: PeriodRecords): readonly PeriodIncident[] {
  const ids = new Set(alerts.map(({ alert }) => alert.id))
  return incidents.filter(({ firstAlertId }) => ids.has(firstAlertId))
}

export function totalsOf(records: PeriodRecords): Totals {
  const { alerts, runs } = records
  const withResult = new Set([
    ...alerts.map(({ alert }) => alert.ruleId),
    ...runs.filter(({ newFindingCount }) => newFindingCount > 0).map(({ ruleId }) => ruleId),
  ])
  const entities = new Set(alerts.flatMap(({ alert }) => namesOf(alert.entities).map(entityKey)))
  return {
    incidents: openedIn(records).length,
    alerts: alerts.length,
    findings: sum(runs, ({ newFindingCount }) => newFindingCount),
    rules: withResult.size,
    entities: entities.size,
    runs: runs.length,
    failedRuns: runs.filter(isFailure).length,
  }
}

export function severityCounts({ records, before }: ReportInput): readonly SeverityCount[] {
  const facts = factsOf(records)
  const [opened, openedBefore] = [openedIn(records), openedIn(before)]
  return SEVERITIES.toReversed().map((severity) => {
    const countAlerts = ({ alerts }: PeriodRecords) => alerts.filter(({ alert }) => alert.severity === severity).length
    const count = (incidents: readonly PeriodIncident[]) =>
      incidents.filter(({ incident }) => incident.severity === severity).length
    const runs = records.runs.filter(({ ruleId }) => facts(ruleId)?.severity === severity)
    return {
      severity,
      incidents: count(opened),
      incidentsBefore: count(openedBefore),
      alerts: countAlerts(records),
      alertsBefore: countAlerts(before),
      findings: sum(runs, ({ newFindingCount }) => newFindingCount),
      open: records.openIncidents[severity],
    }
  })
}

/** Entities of alerts; what hunting queries find raises none, and stands in their files. */
export function reportedEntities({ records, before }: ReportInput): readonly ReportedEntity[] {
  const known = new Set(before.alerts.flatMap(({ alert }) => namesOf(alert.entities).map(entityKey)))
  const mentions = records.alerts.flatMap((each) => namesOf(each.alert.entities).map((name) => ({ name, each })))
  return [...groupBy(mentions, ({ name }) => entityKey(name))]
    .map(([key, own]): ReportedEntity => {
      const alerts = own.map(({ each }) => each.alert)
      const { type = '', label = '' } = own[0]?.name ?? {}
      return {
        type,
        label,
        severity: alerts.map(({ severity }) => severity).reduce((a, b) => (gravity(b) > gravity(a) ? b : a)),
        alerts: alerts.length,
        incidents: [...new Set(own.flatMap(({ each }) => each.incidentId ?? []))],
        rules: [...new Set(alerts.map(({ ruleId }) => ruleId))],
        isNew: hasBefore(before) && !known.has(key),
        firstActivity: alerts.map(({ firstActivity }) => firstActivity).reduce((a, b) => (b < a ? b : a)),
        lastActivity: alerts.map(({ lastActivity }) => lastActivity).reduce((a, b) => (b > a ? b : a)),
      }
    })
    .sort((a, b) => gravity(b.severity) - gravity(a.severity) || b.alerts - a.alerts || byText(a.label, b.label))
}
