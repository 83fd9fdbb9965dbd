import { createHmac } from 'node:crypto'
import type { Instant } from '../../domain/time.ts'

/**
 * Headers of Standard Webhooks 1.0 (https://www.standardwebhooks.com), for which every language has a library that checks
 * them: the id is the delivery's key, equal on every repetition; the signature is over id, time and body.
 *
 * @param secret `whsec_` and base64, or any other text, which is then taken as it is
 */
export function signatureHeaders(
  id: string,
  body: string,
  now: Instant,
  secret: string | undefined,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000))
  const unsigned = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === undefined) return unsigned
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...unsigned, 'webhook-signature': `v1,${signature}` }
}
