import type { Classification, Delivery } from '../../domain/ports.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import { formatInstant, parseInstant } from '../../time/instant.ts'
import { labelOf } from '../../detect/entity-label.ts'
import { short } from '../common/short.ts'
import { memberOf, textOf } from '../http/json.ts'

/** `shared/reference/azure-contract.md` D5. The title's limit is not documented; alerts have 256. */
const LONGEST_TITLE = 256
const LONGEST_DESCRIPTION = 5000
const MOST_ENTITY_LABELS = 10

/** An incident as it is opened (contract D2). Tactics and entities have no field of their own there: they become labels. */
export function newIncident(delivery: Delivery): object {
  const { incident } = delivery
  return {
    properties: {
      title: short(incident.title.trim() === '' ? incident.ruleName : incident.title, LONGEST_TITLE),
      description: short(incident.description, LONGEST_DESCRIPTION),
      severity: incident.severity,
      status: 'New',
      ...stateOf(delivery, undefined),
      firstActivityTimeUtc: formatInstant(incident.firstActivity),
      lastActivityTimeUtc: formatInstant(incident.lastActivity),
      labels: labelsOf(delivery).map((labelName) => ({ labelName })),
    },
  }
}

/**
 * What is there, with what hunt has found since. A PUT replaces everything, so all that analysts may have changed (title,
 * status, owner, classification, labels) goes back as it was read; severity only rises. The state changes only where somebody
 * closed the incident in hunt, or an alert opened it again.
 */
export function grownIncident(existing: unknown, delivery: Delivery): object {
  const { incident } = delivery
  const properties = memberOf(existing, 'properties') as Readonly<Record<string, unknown>>
  const labels = memberOf(properties, 'labels')
  const known = Array.isArray(labels) ? labels.flatMap((label) => textOf(memberOf(label, 'labelName')) ?? []) : []
  const kept = WRITABLE.flatMap((name) => {
    const value = properties[name]
    return value === undefined || value === null ? [] : [[name, value] as const]
  })
  const isReopened = delivery.event?.kind === 'reopened' && properties['status'] === 'Closed'
  return {
    etag: memberOf(existing, 'etag'),
    properties: {
      ...Object.fromEntries(kept.filter(([name]) => !(isReopened && name.startsWith('classification')))),
      ...stateOf(delivery, textOf(properties['status'])),
      severity: graver(textOf(properties['severity']), incident.severity),
      firstActivityTimeUtc: earliest(textOf(properties['firstActivityTimeUtc']), incident.firstActivity),
      lastActivityTimeUtc: latest(textOf(properties['lastActivityTimeUtc']), incident.lastActivity),
      labels: [...new Set([...known, ...labelsOf(delivery)])].map((labelName) => ({ labelName })),
    },
  }
}

/** What the portal writes with the classification where there is one choice; of a false positive hunt does not know why it is one. */
const REASONS: Partial<Readonly<Record<Classification, string>>> = {
  TruePositive: 'SuspiciousActivity',
  BenignPositive: 'SuspiciousButExpected',
}

/** Status and classification (contract D2) of a closing or reopening; what an analyst has closed in Sentinel stays as it is. */
function stateOf({ event }: Delivery, status: string | undefined): object {
  if (event?.kind === 'reopened') return status === 'Closed' ? { status: 'Active' } : {}
  if (event?.kind !== 'closed' || status === 'Closed') return {}
  const { author, classification = 'Undetermined', text } = event
  const reason = REASONS[classification]
  return {
    status: 'Closed',
    classification,
    ...(reason === undefined ? {} : { classificationReason: reason }),
    classificationComment: short(
      text === '' ? `closed in hunt by ${author}` : `${author}: ${text}`,
      LONGEST_DESCRIPTION,
    ),
  }
}

const WRITABLE = [
  'title',
  'description',
  'status',
  'owner',
  'classification',
  'classificationReason',
  'classificationComment',
]

function labelsOf({ incident }: Delivery): readonly string[] {
  const entities = incident.entities
    .filter(({ strong }) => strong)
    .slice(0, MOST_ENTITY_LABELS)
    .map((entity) => `${entity.type}: ${labelOf(entity)}`)
  const all = ['hunt', incident.workspace, ...incident.tactics, ...incident.techniques, ...entities]
  return [...new Set(all.map((label) => short(label.trim(), 100)).filter((label) => label !== ''))]
}

function graver(there: string | undefined, ours: string): string {
  const rank = (severity: string | undefined): number => SEVERITIES.findIndex((each) => each === severity)
  return there !== undefined && rank(there) >= rank(ours) ? there : ours
}

function earliest(there: string | undefined, ours: number): string {
  const known = there === undefined ? undefined : parseInstant(there)
  return new Date(known === undefined ? ours : Math.min(known, ours)).toISOString()
}

function latest(there: string | undefined, ours: number): string {
  const known = there === undefined ? undefined : parseInstant(there)
  return new Date(known === undefined ? ours : Math.max(known, ours)).toISOString()
}
