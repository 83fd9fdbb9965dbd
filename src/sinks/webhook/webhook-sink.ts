import type { Delivery, Receipt, Sink } from '../../domain/ports.ts'
import { isChange } from '../common/incident-change.ts'
import type { HttpAnswer, HttpClient } from '../http/http-client.ts'
import { refusal } from '../http/refusal.ts'
import type { Found, FormatOptions, WebhookFormat } from './format.ts'
import { signatureHeaders } from './signature.ts'
import type { JsonTemplate } from './template.ts'
import { markerOf, templateValues } from './template-values.ts'

export interface WebhookSettings {
  readonly name: string
  readonly client: HttpClient
  /** Address of the receiver, without a slash at its end. */
  readonly base: string
  readonly format: WebhookFormat
  readonly template: JsonTemplate
  readonly formatOptions: FormatOptions
  readonly secret: (() => string) | undefined
  readonly authorization: (() => string) | undefined
}

/**
 * POSTs incidents as JSON. Receivers recognise a repeated delivery by the header `webhook-id`, and say so with 409 or with
 * `Idempotent-Replayed: true`; for those that cannot (TheHive, Jira, ServiceNow) the sink asks what is there first.
 */
export function createWebhookSink(settings: WebhookSettings): Sink {
  return {
    name: settings.name,
    async deliver(delivery, signal) {
      signal.throwIfAborted()
      const found = await lookUp(delivery, settings, signal)
      if (found !== undefined && (found.hasDelivery || !isChange(delivery))) {
        return { location: locationOf(found.id, delivery, settings), duplicate: true }
      }
      return tell(delivery, found, settings, signal)
    },
  }
}

async function lookUp(
  delivery: Delivery,
  { client, base, format, formatOptions, authorization }: WebhookSettings,
  signal: AbortSignal,
): Promise<Found | undefined> {
  if (format.lookup === undefined) return undefined
  const incidentId = delivery.incident.id
  const lookup = { base, incidentId, marker: markerOf(delivery.key), options: formatOptions }
  const request = format.lookup.ask(lookup)
  const headers = { ...request.headers, ...login(authorization) }
  const answer = await client.send({ ...request, headers }, signal)
  if (!isSuccess(answer)) throw refusal(answer, client, { fault: answer.status < 500 ? 'sink' : 'passing' })
  return format.lookup.read(answer, lookup)
}

async function tell(
  delivery: Delivery,
  found: Found | undefined,
  settings: WebhookSettings,
  signal: AbortSignal,
): Promise<Receipt> {
  const { name, client, base, format, template, formatOptions, secret, authorization } = settings
  const body = template.render(name, templateValues(delivery, formatOptions, found !== undefined))
  const target =
    found === undefined || format.lookup === undefined
      ? { method: 'POST' as const, url: `${base}${pathOf(format, formatOptions)}` }
      : format.lookup.update(found, base)
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    ...signatureHeaders(delivery.key, body, client.clock.now(), secret?.()),
    ...login(authorization),
  }
  const answer = await client.send({ ...target, body, headers }, signal)
  const isKnown = format.lookup === undefined && answer.status === 409
  if (!isSuccess(answer) && !isKnown) throw refusal(answer, client)
  const id = found?.id ?? format.idIn?.(answer)
  const isReplay = isKnown || answer.headers['idempotent-replayed'] === 'true'
  return { location: locationOf(id, delivery, settings), duplicate: isReplay }
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300
}

function login(authorization: (() => string) | undefined): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { Authorization: authorization() }
}

function pathOf({ path = '' }: WebhookFormat, options: FormatOptions): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(options[name] ?? ''))
}

/** Never the address itself: the ones of Slack and Teams are secrets. */
function locationOf(id: string | undefined, { incident }: Delivery, { base, format }: WebhookSettings): string {
  if (id !== undefined && format.location !== undefined) return format.location(id, base)
  return `${new URL(base).origin}/#${incident.id}`
}
