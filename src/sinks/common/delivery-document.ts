import {
  alertDocument,
  entityDocument,
  eventDocument,
  incidentDocument,
  ruleAsRunDocument,
} from '../../detect/index.ts'
import type { Entity } from '../../domain/entity.ts'
import type { Delivery } from '../../domain/ports.ts'
import type { Alert } from '../../domain/run.ts'
import { formatInstant } from '../../time/instant.ts'
import { short } from './short.ts'
import { shortLabel } from './short-label.ts'

/** Rises when a member changes its meaning or goes. docs/sinks.md describes it. */
export const DELIVERY_VERSION = 1

/** The alerts that a delivery is about; all of the incident where it does not say. */
export function addedAlerts({ incident, addedAlertIds }: Delivery): readonly Alert[] {
  if (addedAlertIds === undefined) return incident.alerts
  const ids = new Set(addedAlertIds)
  return incident.alerts.filter((alert) => ids.has(alert.id))
}

/** A delivery as JSON: what a webhook sends, and what templates are made from. */
export function deliveryDocument(delivery: Delivery) {
  const { key, reason, incident, event } = delivery
  return {
    schemaVersion: DELIVERY_VERSION,
    key,
    reason,
    incident: {
      ...incidentDocument(incident),
      entities: incident.entities.map(withLabel),
      rule: incident.rule === undefined ? null : ruleAsRunDocument(incident.rule),
      alertCount: incident.alerts.length,
      firstRaisedAt: formatInstant(incident.alerts[0]?.raisedAt ?? incident.openedAt),
      alerts: incident.alerts.map((alert) => ({ ...alertDocument(alert), entities: alert.entities.map(withLabel) })),
    },
    addedAlertIds: addedAlerts(delivery).map(({ id }) => id),
    event: event === undefined ? null : eventDocument(event),
  }
}

export type DeliveryDocument = ReturnType<typeof deliveryDocument>

/** Longer than anything that a receiver would know an entity by. */
const LONGEST_IDENTIFIER = 4096

/**
 * Each entity stands in the incident and in its alerts: with one cell of some megabytes the body would be one that receivers
 * refuse for its size, and what an intruder may write would keep the incident from them. Files have the whole value.
 */
function withLabel(entity: Entity) {
  const { identifiers, ...document } = entityDocument(entity)
  const shown = Object.entries(identifiers).map(([name, value]) => [name, short(value, LONGEST_IDENTIFIER)] as const)
  return { ...document, identifiers: Object.fromEntries(shown), label: shortLabel(entity) }
}
