import { DeliveryError } from '../../domain/errors.ts'
import type { DeliveryFault } from '../../domain/errors.ts'
import { retryAfterOf } from '../../azure/retry.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { redact } from './redact.ts'

/** What a status says of whose fault it is (RFC 9110; 425 RFC 8470; 429 RFC 6585). */
export function faultOfStatus(status: number): DeliveryFault {
  if ([408, 425, 429].includes(status)) return 'passing'
  if (status >= 500) return status === 501 || status === 505 ? 'sink' : 'passing'
  // Redirects are not followed; the rest is address, login and role.
  if (status < 400 || [401, 402, 403, 404, 405, 407, 410].includes(status)) return 'sink'
  return 'delivery'
}

const HINTS: Readonly<Record<DeliveryFault, string>> = {
  passing: 'It is tried again.',
  sink: 'Check address, login and role of the sink in hunt.yaml; it is tried again.',
  delivery: 'The receiver refuses this content: see its words, mend it, then hunt outbox retry.',
}

/** The error for an answer that is no success. `hint` says more than the status where somebody knows more. */
export function refusal(
  answer: HttpAnswer,
  { sink, clock, secrets }: Pick<HttpClient, 'sink' | 'clock' | 'secrets'>,
  more: { readonly hint?: string; readonly code?: string; readonly fault?: DeliveryFault } = {},
): DeliveryError {
  const { status, headers, text } = answer
  const fault = more.fault ?? faultOfStatus(status)
  const words = redact(text, secrets)
  return new DeliveryError({
    code: more.code ?? (fault === 'delivery' ? 'sink/refused' : fault === 'sink' ? 'sink/denied' : 'sink/busy'),
    message: `sink ${sink}: the receiver answered ${status}${words === '' ? '' : `: ${words}`}`,
    hint: more.hint ?? HINTS[fault],
    fault,
    retryAfter: fault === 'passing' ? retryAfterOf(headers, clock) : undefined,
    context: { status },
  })
}
