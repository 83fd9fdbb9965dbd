import type { Delivery } from '../../domain/ports.ts'
import { findingCountOf } from '../../domain/run.ts'
import type { Alert } from '../../domain/run.ts'
import { formatInstant } from '../../time/instant.ts'
import { addedAlerts } from './delivery-document.ts'
import { detailsOf } from './detail-lines.ts'
import { deedFacts, deedOf, isChange } from './incident-change.ts'
import { oneLine } from './one-line.ts'
import { short } from './short.ts'
import { shortLabel } from './short-label.ts'
import { countOf } from '../../text/count.ts'

/** How much of an incident a text for people has; the rest is counted. */
interface Bounds {
  readonly description: number
  readonly entities: number
  readonly details: number
  readonly alerts: number
  /** Characters of an entity or a detail. */
  readonly line: number
}

/** Rules have descriptions of at most 5,000 characters; cells may make longer ones. */
const FULL: Bounds = { description: 8000, entities: 30, details: 20, alerts: 20, line: Infinity }

/** Leaves each part its room in 3,900 characters. */
const BRIEF: Bounds = { description: 1200, entities: 8, details: 8, alerts: 2, line: 100 }

/** One line, `High: Rare script on vm-1`, with `(2 alerts more)` for an update, `(closed by eve as FalsePositive)` for an end. */
export function headline(delivery: Delivery): string {
  const { incident, reason } = delivery
  const added = addedAlerts(delivery).length
  const more = reason === 'updated' && added > 0 ? [`${countOf(added, 'alert')} more`] : []
  const what = [...more, ...[deedOf(delivery) ?? []].flat()].map(oneLine).join(', ')
  return `${incident.severity}: ${oneLine(incident.title)}${what === '' ? '' : ` (${what})`}`
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

/** Plain text: facts, description, entities, custom details, the alerts that are new and where their rows are. */
export function incidentText(delivery: Delivery): string {
  return textWithin(delivery, FULL)
}

/** The same for a field that takes so much: nothing of it is left out because what stands before it is long. */
export function shortIncidentText(delivery: Delivery, most: number): string {
  const text = incidentText(delivery)
  return text.length <= most ? text : short(textWithin(delivery, BRIEF), most)
}

function textWithin(delivery: Delivery, most: Bounds): string {
  const { incident } = delivery
  const added = addedAlerts(delivery)
  const lineOf = (name: string, value: string): string => short(`  ${name}: ${value}`, most.line)
  const entities = incident.entities.map((entity) => lineOf(entity.type, shortLabel(entity)))
  const details = detailsOf(delivery).map(([name, values]) => lineOf(name, values))
  return [
    headline(delivery),
    '',
    ...facts(delivery).map(([label, value]) => `${label}: ${value}`),
    ...section('', short(incident.description, most.description).split('\n')),
    ...section('Entities', limited(entities, most.entities)),
    ...section('Details', limited(details, most.details)),
    ...section(isChange(delivery) ? 'New alerts' : 'Alerts', limited(added.map(alertLine), most.alerts)),
  ].join('\n')
}

function alertLine(alert: Alert): string {
  const where = alert.resultFile === undefined ? '' : `, rows in ${alert.resultFile}`
  const rows = findingCountOf(alert)
  return `  ${formatInstant(alert.raisedAt)} ${alert.severity}: ${alert.title} (${countOf(rows, 'row')}${where})`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.every((line) => line === '')) return []
  return ['', ...(title === '' ? [] : [`${title}:`]), ...lines]
}

function limited(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `  and ${lines.length - most} more`]
}
