import type { Entity } from '../domain/entity.ts'
import type { IncidentEvent } from '../domain/ports.ts'
import { findingCountOf } from '../domain/run.ts'
import type { Alert, Incident, LateSearch, RuleAsRun } from '../domain/run.ts'
import { toIsoDuration } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'

/** How entities, alerts and incidents stand in JSON files; docs/schema describes them. Instants are ISO 8601 in UTC. */
export function entityDocument({ type, identifiers, strong }: Entity) {
  return { type, identifiers, strong }
}

export function alertDocument(alert: Alert) {
  return {
    id: alert.id,
    ruleId: alert.ruleId,
    workspace: alert.workspace,
    slot: formatInstant(alert.slot),
    raisedAt: formatInstant(alert.raisedAt),
    window: { start: formatInstant(alert.window.start), end: formatInstant(alert.window.end) },
    resultFile: alert.resultFile ?? null,
    ...(alert.late === undefined ? {} : { late: lateDocument(alert.late) }),
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    tactics: alert.tactics,
    techniques: alert.techniques,
    firstActivity: formatInstant(alert.firstActivity),
    lastActivity: formatInstant(alert.lastActivity),
    entities: alert.entities.map(entityDocument),
    customDetails: alert.customDetails,
    properties: alert.properties,
    findingCount: findingCountOf(alert),
    findingIds: alert.findingIds,
  }
}

export function lateDocument({ searchedAt, isRuleChanged }: LateSearch) {
  return { searchedAt: formatInstant(searchedAt), isRuleChanged }
}

/** Without its alerts, which the surrounding document has as objects or ids. */
export function incidentDocument(incident: Incident) {
  return {
    id: incident.id,
    ruleId: incident.ruleId,
    ruleName: incident.ruleName,
    workspace: incident.workspace,
    title: incident.title,
    description: incident.description,
    severity: incident.severity,
    tactics: incident.tactics,
    techniques: incident.techniques,
    firstActivity: formatInstant(incident.firstActivity),
    lastActivity: formatInstant(incident.lastActivity),
    openedAt: formatInstant(incident.openedAt),
    groupKey: incident.groupKey,
    entities: incident.entities.map(entityDocument),
  }
}

/** What somebody did to an incident, or an alert that opened it again. */
export function eventDocument({ at, kind, author, classification, text }: IncidentEvent) {
  return { at: formatInstant(at), kind, author, classification: classification ?? null, text }
}

/** The rule of an incident, with its query: what an analyst needs to judge the incident when the file has changed since. */
export function ruleAsRunDocument(rule: RuleAsRun) {
  return {
    version: rule.version ?? null,
    file: rule.file,
    sha256: rule.sha256,
    kind: rule.kind,
    queryFrequency: toIsoDuration(rule.queryFrequency),
    queryPeriod: toIsoDuration(rule.queryPeriod),
    trigger: rule.trigger,
    query: rule.query,
  }
}
