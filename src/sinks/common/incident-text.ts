import type { Delivery } from '../../domain/ports.ts'
import { findingCountOf } from '../../domain/run.ts'
import type { Alert } from '../../domain/run.ts'
import { formatInstant } from '../../time/instant.ts'
import { addedAlerts } from './delivery-document.ts'
import { deedFacts, deedOf, isChange } from './incident-change.ts'
import { shortLabel } from './short-label.ts'

/** Alerts and entities that a text for people lists; the rest is counted. */
const MOST_ALERTS = 20
const MOST_ENTITIES = 30

/** One line, `High: Rare script on vm-1`, with `(2 alerts more)` for an update, `(closed by eve as FalsePositive)` for an end. */
export function headline(delivery: Delivery): string {
  const { incident, reason } = delivery
  const added = addedAlerts(delivery).length
  const more = reason === 'updated' && added > 0 ? [`${added} ${added === 1 ? 'alert' : 'alerts'} more`] : []
  const what = [...more, ...[deedOf(delivery) ?? []].flat()].map(oneLine).join(', ')
  return `${incident.severity}: ${oneLine(incident.title)}${what === '' ? '' : ` (${what})`}`
}

/** Line breaks and control characters as single spaces: for subjects, summaries and whatever else is one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
}

/** Facts of an incident as label and value, for whatever layout. */
export function facts(delivery: Delivery): readonly (readonly [label: string, value: string])[] {
  const { incident } = delivery
  return [
    ...deedFacts(delivery),
    ['Severity', incident.severity],
    ['Rule', incident.ruleName],
    ['Workspace', incident.workspace],
    ['Activity', `${formatInstant(incident.firstActivity)} to ${formatInstant(incident.lastActivity)}`],
    ['Tactics', incident.tactics.join(', ')],
    ['Techniques', incident.techniques.join(', ')],
    ['Alerts', String(incident.alerts.length)],
    ['Incident', incident.id],
  ].filter(([, value]) => value !== '' && value !== '0') as [string, string][]
}

/** Plain text: facts, description, entities, the alerts that are new and where their rows are. */
export function incidentText(delivery: Delivery): string {
  const { incident } = delivery
  const added = addedAlerts(delivery)
  const entities = incident.entities.map((entity) => `  ${entity.type}: ${shortLabel(entity)}`)
  return [
    headline(delivery),
    '',
    ...facts(delivery).map(([label, value]) => `${label}: ${value}`),
    ...section('', incident.description.split('\n')),
    ...section('Entities', limited(entities, MOST_ENTITIES)),
    ...section(isChange(delivery) ? 'New alerts' : 'Alerts', limited(added.map(alertLine), MOST_ALERTS)),
  ].join('\n')
}

function alertLine(alert: Alert): string {
  const where = alert.resultFile === undefined ? '' : `, rows in ${alert.resultFile}`
  const rows = findingCountOf(alert)
  return `  ${formatInstant(alert.raisedAt)} ${alert.severity}: ${alert.title} (${rows} ${rows === 1 ? 'row' : 'rows'}${where})`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.every((line) => line === '')) return []
  return ['', ...(title === '' ? [] : [`${title}:`]), ...lines]
}

function limited(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `  and ${lines.length - most} more`]
}
