import type { DeliveryError } from '../../domain/errors.ts'
import type { HttpAnswer, HttpClient } from '../http/http-client.ts'
import { refusal } from '../http/refusal.ts'

/** A refusal of Azure: where the role is missing, which one is needed and where. */
export function azureRefusal(answer: HttpAnswer, client: HttpClient, role: string, scope: string): DeliveryError {
  if (answer.status !== 403) return refusal(answer, client)
  return refusal(answer, client, {
    code: 'sink/role',
    hint: `Grant the identity of hunt the role "${role}" on ${scope}; it can take an hour until it holds.`,
  })
}
