import { createHash } from 'node:crypto'
import type { Delivery } from '../../domain/ports.ts'
import { deliveryDocument } from '../common/delivery-document.ts'
import { detailsOf } from '../common/detail-lines.ts'
import { facts, headline, incidentText, shortIncidentText } from '../common/incident-text.ts'
import { shortLabel } from '../common/short-label.ts'
import type { FormatOptions } from './format.ts'

/** TheHive's data types for what entities hold (https://docs.strangebee.com/cortex/api/api-guide/#datatypes). */
const DATA_TYPES: Readonly<Record<string, string>> = {
  Address: 'ip',
  Url: 'url',
  DomainName: 'domain',
  HostName: 'hostname',
  MailboxPrimaryAddress: 'mail',
  Value: 'hash',
}

/** What templates are made from; docs/sinks.md lists it. */
export function templateValues(delivery: Delivery, options: FormatOptions, updating: boolean) {
  const document = deliveryDocument(delivery)
  const { incident } = document
  const details = detailsOf(delivery)
  const tags = ['hunt', incident.severity, incident.workspace, ...incident.tactics, ...incident.techniques]
  return {
    ...document,
    headline: headline(delivery),
    text: incidentText(delivery),
    /** For fields of 4,000 characters. */
    shortText: shortIncidentText(delivery, 3900),
    facts: facts(delivery),
    entityLines: delivery.incident.entities.map((entity) => `${entity.type}: ${shortLabel(entity)}`).join('\n'),
    details,
    detailLines: details.map(([name, values]) => `${name}: ${values}`).join('\n'),
    observables: incident.entities.flatMap(({ type, identifiers }) =>
      Object.entries(identifiers).flatMap(([name, data]) => {
        const dataType = name === 'Value' && type !== 'FileHash' ? undefined : DATA_TYPES[name]
        return dataType === undefined || data === '' ? [] : [{ dataType, data }]
      }),
    ),
    tags,
    /** Without spaces, as Jira wants labels. */
    labels: tags.map((tag) => tag.replace(/\s+/g, '-')),
    marker: markerOf(delivery.key),
    options,
    updating,
  }
}

/** Stands in the receiver's record, so that a repeated delivery is recognised. */
export function markerOf(key: string): string {
  return `hunt-delivery-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}
