import type { Delivery, IncidentEvent } from '../../domain/ports.ts'
import { findingCountOf } from '../../domain/run.ts'
import type { Alert } from '../../domain/run.ts'
import { entityDocument } from '../../detect/index.ts'
import type { Entity } from '../../domain/entity.ts'
import type { Instant } from '../../domain/time.ts'
import { formatInstant } from '../../time/instant.ts'
import { addedAlerts } from '../common/delivery-document.ts'
import { derivedId } from '../common/derived-id.ts'
import { labelOf } from '../../detect/entity-label.ts'
import { shortBytes } from '../common/short.ts'

/** A value has at most 64 KB (`shared/reference/azure-contract.md` E); some less, for what JSON adds. */
const LONGEST_VALUE = 60_000

/**
 * Rows of one delivery: the incident as it is, and each alert that the delivery is about. `RowId` follows from the
 * delivery, so that a repeated upload can be told: uploads are at-least-once. Columns avoid the reserved names (contract E).
 */
export function rowsOf(delivery: Delivery, now: Instant): readonly object[] {
  const { incident, key, reason, event } = delivery
  const common = {
    TimeGenerated: formatInstant(now),
    DeliveryKey: key,
    Reason: reason,
    IncidentId: incident.id,
    RuleId: incident.ruleId,
    RuleName: incident.ruleName,
    Workspace: incident.workspace,
  }
  const row = {
    ...common,
    RowId: derivedId('row', key),
    RecordKind: 'Incident',
    Name: shortBytes(incident.title, LONGEST_VALUE),
    Description: shortBytes(incident.description, LONGEST_VALUE),
    Severity: incident.severity,
    Tactics: incident.tactics,
    Techniques: incident.techniques,
    Entities: fitting(incident.entities.map(entityOf)),
    AlertIds: incident.alerts.map(({ id }) => id),
    AlertCount: incident.alerts.length,
    FirstActivity: formatInstant(incident.firstActivity),
    LastActivity: formatInstant(incident.lastActivity),
    OpenedAt: formatInstant(incident.openedAt),
    ...(event === undefined ? {} : eventColumns(event)),
  }
  return [row, ...addedAlerts(delivery).map((alert) => ({ ...common, ...alertRow(alert) }))]
}

/** What somebody did: only rows of such deliveries have these columns. */
function eventColumns({ kind, at, author, classification, text }: IncidentEvent): object {
  return {
    EventKind: kind,
    EventAt: formatInstant(at),
    EventBy: shortBytes(author, LONGEST_VALUE),
    Classification: classification ?? '',
    EventText: shortBytes(text, LONGEST_VALUE),
  }
}

function alertRow(alert: Alert): object {
  return {
    RowId: alert.id,
    RecordKind: 'Alert',
    Name: shortBytes(alert.title, LONGEST_VALUE),
    Description: shortBytes(alert.description, LONGEST_VALUE),
    Severity: alert.severity,
    Tactics: alert.tactics,
    Techniques: alert.techniques,
    Entities: fitting(alert.entities.map(entityOf)),
    CustomDetails: Object.fromEntries(fitting(Object.entries(alert.customDetails))),
    FindingCount: findingCountOf(alert),
    FirstActivity: formatInstant(alert.firstActivity),
    LastActivity: formatInstant(alert.lastActivity),
    RaisedAt: formatInstant(alert.raisedAt),
    WindowStart: formatInstant(alert.window.start),
    WindowEnd: formatInstant(alert.window.end),
    ResultFile: alert.resultFile ?? '',
  }
}

function entityOf(entity: Entity): object {
  return { ...entityDocument(entity), label: labelOf(entity) }
}

/** As many items, from the first, as a value has room for; a long one keeps no short ones out that stand behind it. */
function fitting<T>(items: readonly T[]): readonly T[] {
  const kept: T[] = []
  let bytes = 2
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1
    if (bytes + size > LONGEST_VALUE) continue
    bytes += size
    kept.push(item)
  }
  return kept
}
