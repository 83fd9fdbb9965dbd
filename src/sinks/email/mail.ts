import { createHash } from 'node:crypto'
import type { Delivery } from '../../domain/ports.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import type { Instant } from '../../domain/time.ts'
import { formatInstant } from '../../time/instant.ts'
import { htmlSafe } from '../../text/html.ts'
import { alertIdsLine } from '../common/alert-ids.ts'
import { addedAlerts } from '../common/delivery-document.ts'
import { isChange } from '../common/incident-change.ts'
import { detailsOf } from '../common/detail-lines.ts'
import { facts, headline, incidentText } from '../common/incident-text.ts'
import { oneLine } from '../common/one-line.ts'
import { shortLabel } from '../common/short-label.ts'
import { short } from '../common/short.ts'

export interface Mail {
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: string
  readonly subject: string
  readonly date: Date
  readonly text: string
  readonly html: string
  readonly priority: 'high' | 'normal' | 'low'
  readonly headers: Readonly<Record<string, string>>
}

const MOST_ROWS = 50
const LONGEST_SUBJECT = 200

/**
 * A delivery as a mail. Its Message-ID follows from the key, so that mailboxes which know the id show a repeated one once;
 * updates are answers to the opening and keep its subject, so that they stand in its thread.
 *
 * @param domain right half of the ids
 */
export function mailOf(delivery: Delivery, domain: string, now: Instant): Mail {
  const { incident, key } = delivery
  const opening = messageIdOf(`${incident.id}/opened`, domain)
  const subject = short(`[hunt] ${oneLine(incident.title) || incident.ruleName}`, LONGEST_SUBJECT)
  const isUpdate = isChange(delivery)
  return {
    messageId: messageIdOf(key, domain),
    ...(isUpdate ? { inReplyTo: opening, references: opening } : {}),
    subject: isUpdate ? `Re: ${subject}` : subject,
    date: new Date(now),
    text: `${incidentText(delivery)}\n\n${alertIdsLine(delivery)}\n`,
    html: htmlOf(delivery),
    priority: SEVERITIES.indexOf(incident.severity) === SEVERITIES.length - 1 ? 'high' : 'normal',
    headers: {
      'X-Hunt-Incident': incident.id,
      'X-Hunt-Delivery': oneLine(key),
      // A receipt or an absence note for a machine's mail helps nobody (RFC 3834).
      'Auto-Submitted': 'auto-generated',
    },
  }
}

/** RFC 5322, 3.6.4. */
function messageIdOf(key: string, domain: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`
}

/** Without scripts, images and links: there is nothing to click that a cell could have made. */
function htmlOf(delivery: Delivery): string {
  const { incident } = delivery
  const added = addedAlerts(delivery)
  const rows = facts(delivery).map(
    ([label, value]) => `<tr><th align="left">${htmlSafe(label)}</th><td>${htmlSafe(value)}</td></tr>`,
  )
  const entities = incident.entities
    .slice(0, MOST_ROWS)
    .map((entity) => `<tr><td>${htmlSafe(entity.type)}</td><td><code>${htmlSafe(shortLabel(entity))}</code></td></tr>`)
  const details = detailsOf(delivery).map(
    ([name, values]) => `<tr><td>${htmlSafe(name)}</td><td><code>${htmlSafe(values)}</code></td></tr>`,
  )
  const alerts = added
    .slice(0, MOST_ROWS)
    .map((alert) =>
      [formatInstant(alert.raisedAt), alert.severity, alert.title, alert.resultFile ?? '']
        .map((cell) => `<td>${htmlSafe(cell)}</td>`)
        .join(''),
    )
    .map((cells) => `<tr>${cells}</tr>`)
  return [
    '<!doctype html><html><body style="font-family:sans-serif">',
    `<h2>${htmlSafe(headline(delivery))}</h2>`,
    `<table cellpadding="4">${rows.join('')}</table>`,
    `<p style="white-space:pre-wrap">${htmlSafe(incident.description)}</p>`,
    ...tableOf('Entities', entities, incident.entities.length),
    ...tableOf('Details', details, details.length),
    ...tableOf('Alerts', alerts, added.length),
    '</body></html>',
  ].join('\n')
}

function tableOf(title: string, rows: readonly string[], count: number): readonly string[] {
  if (rows.length === 0) return []
  const more = count > rows.length ? `<p>and ${count - rows.length} more</p>` : ''
  return [`<h3>${title}</h3><table cellpadding="4">${rows.join('')}</table>${more}`]
}
