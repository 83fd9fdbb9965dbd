import { DeliveryError } from '../../domain/errors.ts'
import type { Delivery, Sink } from '../../domain/ports.ts'
import { htmlSafe } from '../../text/html.ts'
import { alertIdsLine } from '../common/alert-ids.ts'
import { addedAlerts } from '../common/delivery-document.ts'
import { derivedId } from '../common/derived-id.ts'
import { isChange } from '../common/incident-change.ts'
import { incidentText } from '../common/incident-text.ts'
import { short } from '../common/short.ts'
import { memberOf, parseJson, textOf } from '../http/json.ts'
import type { ArmClient } from './arm-client.ts'
import { bookmarkOf } from './bookmark-body.ts'
import { grownIncident, newIncident } from './incident-body.ts'

const RESPONDER = 'Microsoft Sentinel Responder'
const CONTRIBUTOR = 'Microsoft Sentinel Contributor'

/** Reads and writes again after somebody else wrote in between; more often than this is no coincidence. */
const MOST_CONFLICTS = 5

/** `shared/reference/azure-contract.md` D5. */
const MOST_BOOKMARKS = 20
const MOST_COMMENTS = 100
const LONGEST_COMMENT = 30_000

export interface SentinelSettings {
  readonly name: string
  readonly arm: ArmClient
  /** `auto`: where the role allows. */
  readonly bookmarks: 'auto' | 'on' | 'off'
}

/**
 * Opens and updates incidents in Microsoft Sentinel. All ids follow from the delivery, so that a repeated one writes the
 * same resources; the comment comes last and has the delivery's id: where it stands, everything before it does.
 */
export function createSentinelSink({ name, arm, bookmarks }: SentinelSettings): Sink {
  let mayBookmark = bookmarks !== 'off'
  const addBookmarks = async (delivery: Delivery, signal: AbortSignal): Promise<void> => {
    if (!mayBookmark) return
    try {
      await writeBookmarks(arm, delivery, signal)
    } catch (error) {
      const isRole = error instanceof DeliveryError && error.code === 'sink/role'
      if (!isRole || bookmarks === 'on') throw error
      // The incident matters more than its bookmarks, and the comment has the entities too.
      mayBookmark = false
    }
  }
  return {
    name,
    async deliver(delivery, signal) {
      signal.throwIfAborted()
      const path = `incidents/${delivery.incident.id}`
      const comment = `${path}/comments/${derivedId('comment', delivery.key)}`
      const { incident, isKnown } = await writeIncident(arm, path, comment, delivery, signal)
      if (isKnown) return { location: locationOf(incident), duplicate: true }
      await addBookmarks(delivery, signal)
      const comments = Number(memberOf(incident, 'properties', 'additionalData', 'commentsCount') ?? 0)
      if (comments < MOST_COMMENTS) await arm.write(comment, commentOf(delivery), RESPONDER, signal)
      return { location: locationOf(incident), duplicate: false }
    },
    async probe(signal) {
      await arm.get('incidents/00000000-0000-0000-0000-000000000000', signal)
      return 'Sentinel answers, and the identity may read incidents'
    },
  }
}

interface Written {
  readonly incident: unknown
  /** The delivery had arrived before. */
  readonly isKnown: boolean
}

/** Reads, changes and writes, again when the etag has moved (contract D3: 409; some say 412). */
async function writeIncident(
  arm: ArmClient,
  path: string,
  comment: string,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Written> {
  for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
    const existing = await arm.get(path, signal)
    if (existing !== undefined && (await arm.get(comment, signal)) !== undefined)
      return { incident: existing, isKnown: true }
    // Opened by an attempt that did not come to its end: the rest is still to be written.
    if (existing !== undefined && (!isChange(delivery) || delivery.reason === 'commented'))
      return { incident: existing, isKnown: false }
    const body = existing === undefined ? newIncident(delivery) : grownIncident(existing, delivery)
    const answer = await arm.put(path, body, signal)
    if (answer.status === 200 || answer.status === 201) return { incident: parseJson(answer.text), isKnown: false }
    if (answer.status !== 409 && answer.status !== 412) throw arm.refusal(answer, RESPONDER)
  }
  throw new DeliveryError({
    code: 'sink/conflict',
    message: `incident ${delivery.incident.id} changed ${MOST_CONFLICTS} times while it was being written`,
    hint: 'Somebody else works on it just now; it is tried again.',
    fault: 'passing',
  })
}

/** Sequence of contract D4: the bookmark, then the relation that ties it to the incident. */
async function writeBookmarks(arm: ArmClient, delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { incident } = delivery
  const first = new Set(incident.alerts.slice(0, MOST_BOOKMARKS).map(({ id }) => id))
  for (const alert of addedAlerts(delivery).filter(({ id }) => first.has(id))) {
    const id = derivedId('bookmark', incident.id, alert.id)
    const bookmark = await arm.write(`bookmarks/${id}`, bookmarkOf(incident, alert), CONTRIBUTOR, signal)
    const relation = { properties: { relatedResourceId: memberOf(bookmark, 'id') } }
    await arm.write(`incidents/${incident.id}/relations/${id}`, relation, RESPONDER, signal)
  }
}

/** Sentinel shows comments as HTML. */
function commentOf(delivery: Delivery): object {
  const ids = alertIdsLine(delivery)
  const text = short(htmlSafe(incidentText(delivery)), LONGEST_COMMENT - ids.length - 2)
  return { properties: { message: `${text}\n\n${ids}`.trim() } }
}

function locationOf(incident: unknown): string {
  return textOf(memberOf(incident, 'properties', 'incidentUrl')) ?? textOf(memberOf(incident, 'id')) ?? ''
}
