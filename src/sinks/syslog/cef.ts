import type { Delivery } from '../../domain/ports.ts'
import type { Severity } from '../../domain/rule.ts'
import { findingCountOf } from '../../domain/run.ts'
import type { Alert, Incident } from '../../domain/run.ts'
import { addedAlerts } from '../common/delivery-document.ts'
import { shownDetails } from '../common/detail-lines.ts'
import { deedOf } from '../common/incident-change.ts'
import { labelOf } from '../../detect/entity-label.ts'
import { shortBytes } from '../common/short.ts'

/** ArcSight Common Event Format, version 0 (implementation standard, rev. 25): 0 to 10. */
const SEVERITIES: Readonly<Record<Severity, number>> = { Informational: 1, Low: 4, Medium: 6, High: 9 }

/** Longest values of the dictionary of extensions that are used here. */
const LIMITS = { Name: 512, msg: 1023, text: 4000, name: 1023 }

/** One CEF event for each alert that a delivery is about; for a storm, or an incident without any, one for itself. */
export function cefEvents(delivery: Delivery, version: string): readonly string[] {
  const alerts = addedAlerts(delivery)
  if (alerts.length === 0) return [eventOf(delivery, undefined, version)]
  return alerts.map((alert) => eventOf(delivery, alert, version))
}

function eventOf(delivery: Delivery, alert: Alert | undefined, version: string): string {
  const { incident, key, reason, event } = delivery
  const { title, severity } = alert ?? incident
  const said = [deedOf(delivery), event?.text].filter((part) => part !== undefined && part !== '').join(': ')
  const description = said === '' ? (alert ?? incident).description : said
  const header = [
    'CEF:0',
    'hunt',
    'hunt',
    version,
    incident.ruleId,
    shortBytes(title, LIMITS.Name),
    String(SEVERITIES[severity]),
  ]
  return `${header.map(headerSafe).join('|')}|${extension(extensionsOf(incident, alert, { key, reason, description }))}`
}

function extensionsOf(
  incident: Incident,
  alert: Alert | undefined,
  { key, reason, description }: Pick<Delivery, 'key' | 'reason'> & { readonly description: string },
): readonly (readonly [key: string, value: string])[] {
  const { entities, tactics, techniques, firstActivity, lastActivity } = alert ?? incident
  const labelled = (type: string): string | undefined => {
    const found = entities.find((entity) => entity.type === type)
    return found === undefined ? undefined : labelOf(found)
  }
  const details = shownDetails(alert === undefined ? [] : [alert])
    .map(([name, values]) => `${name}: ${values}`)
    .join('; ')
  const fields: readonly (readonly [string, string | undefined])[] = [
    // What cells of the log fill comes last: receivers cut long messages, and cells must not push out what tells the event.
    // The same on every repetition: receivers recognise an event by it.
    ['externalId', alert?.id ?? key],
    ['cat', reason],
    ['rt', String(alert?.raisedAt ?? incident.openedAt)],
    ['start', String(firstActivity)],
    ['end', String(lastActivity)],
    ['cs1Label', 'incidentId'],
    ['cs1', incident.id],
    ['cs2Label', 'rule'],
    ['cs2', incident.ruleName],
    ['cs3Label', 'workspace'],
    ['cs3', incident.workspace],
    ['cs4Label', 'tactics'],
    ['cs4', tactics.join(',')],
    ['cs5Label', 'techniques'],
    ['cs5', techniques.join(',')],
    ['cs6Label', 'resultFile'],
    ['cs6', alert?.resultFile],
    ['cn1Label', 'findings'],
    ['cn1', alert === undefined ? undefined : String(findingCountOf(alert))],
    ['shost', labelled('Host')],
    ['suser', labelled('Account')],
    ['src', labelled('IP')],
    ['request', labelled('URL')],
    ['fname', labelled('File')],
    ...(details === '' ? [] : [['flexString1Label', 'customDetails'] as const, ['flexString1', details] as const]),
    ['msg', description],
  ]
  return fields.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, limited(name, valueSafe(value))] as const],
  )
}

/** As it is written, escapes included: they make a value twice as long. */
function limited(name: string, value: string): string {
  if (name === 'msg') return withoutHalfEscape(shortBytes(value, LIMITS.msg))
  return withoutHalfEscape(shortBytes(value, /^cs\d$/.test(name) ? LIMITS.text : LIMITS.name))
}

/** A backslash that the cut has parted from what it escapes would escape the ellipsis. */
const withoutHalfEscape = (text: string): string => text.replace(/(?<!\\)((?:\\\\)*)\\…$/, '$1…')

/** Header fields: backslash and pipe; a header has one line. */
function headerSafe(text: string): string {
  return controlled(text.replace(/[\r\n]+/g, ' ')).replace(/[\\|]/g, '\\$&')
}

function extension(fields: readonly (readonly [key: string, value: string])[]): string {
  return fields.map(([name, value]) => `${name}=${value}`).join(' ')
}

/** Extension values: backslash, equals sign and line breaks. */
function valueSafe(text: string): string {
  const escaped = text.replace(/[\\=]/g, '\\$&').replace(/\r\n|\n|\r/g, '\\n')
  return controlled(escaped)
}

/** No control character reaches the receiver's terminal or ends a frame. */
function controlled(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
}
