import type { Entity } from '../domain/entity.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { GroupingConfiguration, NrtRule, ScheduledRule, Severity } from '../domain/rule.ts'
import type { Alert, Incident, RuleAsRun } from '../domain/run.ts'
import type { OpenIncident } from '../domain/ports.ts'
import type { Instant } from '../domain/time.ts'
import { guidOf } from './guid.ts'
import { identityOf, mergeEntities, mergeKey } from './merge-key.ts'
import type { EntityIdentity } from './merge-key.ts'

/** Alerts of one incident; later ones go to a new incident with the same details (shared/reference/azure-contract.md B7). */
const MAX_ALERTS = 150

export interface Incidents {
  readonly opened: readonly Incident[]
  /** Incidents of earlier runs, as they are with the new alerts. */
  readonly updated: readonly Incident[]
}

/**
 * Puts each alert into an incident: one of its own, or, where the rule groups, the latest one that shares its group key,
 * began within the lookback and has room. A closed incident takes alerts only when the rule reopens.
 *
 * @param known incidents of the rule and workspace that the lookback can reach, oldest first.
 * @param now wall clock, for `openedAt`.
 */
export function incidentsOf(
  rule: ScheduledRule | NrtRule,
  alerts: readonly Alert[],
  known: readonly OpenIncident[],
  now: Instant,
): Incidents {
  const { createIncident, grouping } = rule.incidentConfiguration
  if (!createIncident) return { opened: [], updated: [] }
  const candidates = known
    .filter((entry) => !entry.closed || grouping.reopenClosedIncident)
    .map((entry) => entry.incident)
  const earlier = new Set(candidates.map((incident) => incident.id))
  const touched = new Map<string, Incident>()
  // In the order of the schedule, so that a chosen window groups as the slots that it stands for would have.
  for (const alert of [...alerts].sort((a, b) => a.raisedAt - b.raisedAt)) {
    const groupKey = groupKeyOf(grouping, alert)
    const current = candidates.map((incident) => touched.get(incident.id) ?? incident)
    const home = grouping.enabled
      ? current.findLast((incident) => hasRoom(incident, groupKey, alert, grouping))
      : undefined
    const incident = home === undefined ? openIncident(rule, alert, groupKey, now) : addAlert(home, alert)
    if (home === undefined) candidates.push(incident)
    touched.set(incident.id, incident)
  }
  const all = [...touched.values()]
  return {
    opened: all.filter((incident) => !earlier.has(incident.id)),
    updated: all.filter((incident) => earlier.has(incident.id)),
  }
}

/**
 * What alerts must share to meet in one incident, as text. Without grouping each alert stands alone. So does an alert
 * that has none of what it should share: two alerts of which nothing is known are not about the same thing.
 */
export function groupKeyOf(grouping: GroupingConfiguration, alert: Alert): string {
  if (!grouping.enabled) return alert.id
  switch (grouping.matchingMethod) {
    case 'AnyAlert':
      return 'any alert'
    case 'AllEntities':
      return alert.entities.length === 0 ? alert.id : JSON.stringify(identitiesOf(alert.entities))
    case 'Selected':
      return selectedKeyOf(grouping, alert)
  }
}

function selectedKeyOf(grouping: GroupingConfiguration, alert: Alert): string {
  const entities = identitiesOf(alert.entities.filter((entity) => grouping.groupByEntities.includes(entity.type)))
  const details = grouping.groupByAlertDetails.map((name) => [name, name === 'Severity' ? alert.severity : alert.title])
  const custom = grouping.groupByCustomDetails.map((name) => [name, ...[...(alert.customDetails[name] ?? [])].sort()])
  const isEmpty = entities.length === 0 && details.length === 0 && custom.every((values) => values.length === 1)
  return isEmpty ? alert.id : JSON.stringify([entities, details, custom])
}

/** The same for the same entities, whatever their order. */
function identitiesOf(entities: readonly Entity[]): readonly EntityIdentity[] {
  const identities = new Map(entities.map((entity) => [mergeKey(entity), identityOf(entity)]))
  return [...identities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, identity]) => identity)
}

/** The lookback counts from the incident's first alert (contract B7); an earlier alert never joins. */
function hasRoom(
  incident: Incident,
  groupKey: string,
  alert: Alert,
  { lookbackDuration }: GroupingConfiguration,
): boolean {
  const first = incident.alerts[0]
  if (first === undefined || incident.groupKey !== groupKey || incident.alerts.length >= MAX_ALERTS) return false
  const age = alert.raisedAt - first.raisedAt
  return age >= 0 && age <= lookbackDuration
}

function openIncident(rule: ScheduledRule | NrtRule, alert: Alert, groupKey: string, now: Instant): Incident {
  return {
    id: guidOf('incident', [rule.id, alert.workspace, alert.slot, groupKey, alert.id]),
    ruleId: rule.id,
    ruleName: rule.name,
    workspace: alert.workspace,
    groupKey,
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    tactics: alert.tactics,
    techniques: alert.techniques,
    entities: alert.entities,
    alerts: [alert],
    firstActivity: alert.firstActivity,
    lastActivity: alert.lastActivity,
    openedAt: now,
    rule: asRun(rule),
  }
}

function asRun({
  version,
  source,
  kind,
  queryFrequency,
  queryPeriod,
  trigger,
  query,
}: ScheduledRule | NrtRule): RuleAsRun {
  const said = version === undefined ? {} : { version }
  const { file, sha256 } = source
  return { ...said, file, sha256, kind, queryFrequency, queryPeriod, trigger, query }
}

/** Title and description stay those of the first alert, as analysts know the incident by them. */
function addAlert(incident: Incident, alert: Alert): Incident {
  return {
    ...incident,
    severity: graver(incident.severity, alert.severity),
    tactics: union(incident.tactics, alert.tactics),
    techniques: union(incident.techniques, alert.techniques),
    entities: mergeEntities([...incident.entities, ...alert.entities]),
    alerts: [...incident.alerts, alert],
    firstActivity: earlierOf(incident.firstActivity, alert.firstActivity),
    lastActivity:
      earlierOf(incident.lastActivity, alert.lastActivity) === incident.lastActivity
        ? alert.lastActivity
        : incident.lastActivity,
  }
}

function graver(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}

function earlierOf(a: Instant, b: Instant): Instant {
  return a <= b ? a : b
}
