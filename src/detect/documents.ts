import type { Entity } from '../domain/entity.ts'
import type { Alert, Incident } from '../domain/run.ts'
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
    findingIds: alert.findingIds,
  }
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
