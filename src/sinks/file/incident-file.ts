import { readFile } from 'node:fs/promises'
import { alertDocument, eventDocument, incidentDocument, ruleAsRunDocument } from '../../detect/index.ts'
import { IncompleteError } from '../../domain/errors.ts'
import type { Delivery } from '../../domain/ports.ts'
import { errnoOf, fileError } from '../../files/file-error.ts'

/** Rises when a member changes its meaning or goes. Described by docs/schema/incident.schema.json. */
export const INCIDENT_VERSION = 1

/** One delivery that the file has taken in. */
interface AppliedDelivery {
  readonly key: string
  readonly reason: Delivery['reason']
  /** What somebody did, where that is what it told. */
  readonly event?: ReturnType<typeof eventDocument>
}

/** The text of an incident's file: the incident with all its alerts, and the deliveries that made it so. */
export function incidentFileText(delivery: Delivery, earlier: readonly AppliedDelivery[]): string {
  const { incident, key, reason, event } = delivery
  const applied = { key, reason, ...(event === undefined ? {} : { event: eventDocument(event) }) }
  const document = {
    schemaVersion: INCIDENT_VERSION,
    incident: {
      ...incidentDocument(incident),
      rule: incident.rule === undefined ? null : ruleAsRunDocument(incident.rule),
      alerts: incident.alerts.map(alertDocument),
    },
    deliveries: [...earlier, applied],
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/**
 * The deliveries that the file already holds; none when there is no file.
 *
 * @throws IncompleteError `sink/unreadable` when something else stands there: it might be a person's notes
 */
export async function readDeliveries(path: string): Promise<readonly AppliedDelivery[]> {
  const text = await readIfThere(path)
  if (text === undefined) return []
  const deliveries = deliveriesIn(text)
  if (deliveries !== undefined) return deliveries
  throw new IncompleteError({
    code: 'sink/unreadable',
    message: `${path} is no incident file of hunt, so it is left alone and the incident waits`,
    hint: 'Move the file away; the next run delivers the incident.',
    retryable: true,
    context: { path },
  })
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw fileError('read', path, error)
  }
}

function deliveriesIn(text: string): readonly AppliedDelivery[] | undefined {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    // Half a file or none of ours; the caller says so.
    return undefined
  }
  if (typeof document !== 'object' || document === null || !('deliveries' in document)) return undefined
  const { deliveries } = document
  return Array.isArray(deliveries) && deliveries.every(isApplied) ? deliveries : undefined
}

function isApplied(value: unknown): value is AppliedDelivery {
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string'
}
