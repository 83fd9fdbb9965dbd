import { milliseconds, seconds } from '../time/duration.ts'
import type { FaultKind } from './fault-kind.ts'
import { count, retryAfter } from './fault-parameters.ts'
import { entraRefusal } from './login-refusal.ts'
import type { EntraRefusal } from './login-refusal.ts'
import { html } from './reply.ts'

const target = 'login'

const refuse =
  (refusal: EntraRefusal): NonNullable<FaultKind['reply']> =>
  (parameters, tools) => {
    const reply = entraRefusal(refusal, tools)
    return { ...reply, headers: { ...reply.headers, ...retryAfter(parameters, tools.clock) } }
  }

/**
 * Misbehaviour of the token endpoints, also of managed identities: contract F has no word of it, so the codes are the public ones
 * of Microsoft Entra ID (learn.microsoft.com, reference-error-codes).
 */
export const LOGIN_FAULTS: Readonly<Record<string, FaultKind>> = {
  'login-wrong-secret': {
    target,
    summary: 'login: 401 `invalid_client`, AADSTS7000215',
    reply: refuse({
      status: 401,
      error: 'invalid_client',
      code: 7000215,
      description: 'Invalid client secret provided',
    }),
  },
  'login-expired-secret': {
    target,
    summary: 'login: 401 `invalid_client`, AADSTS7000222',
    reply: refuse({
      status: 401,
      error: 'invalid_client',
      code: 7000222,
      description: 'The provided client secret keys are expired',
    }),
  },
  'login-unknown-tenant': {
    target,
    summary: 'login: 400 `invalid_request`, AADSTS90002',
    reply: refuse({ status: 400, error: 'invalid_request', code: 90002, description: 'Tenant not found' }),
  },
  'login-no-consent': {
    target,
    summary: 'login: 400 `invalid_grant`, AADSTS65001',
    reply: refuse({
      status: 400,
      error: 'invalid_grant',
      code: 65001,
      description: 'The user or administrator has not consented to use the application',
    }),
  },
  'login-throttle': {
    target,
    summary: 'login: 429; `retry-after` as above',
    reply: refuse({
      status: 429,
      error: 'temporarily_unavailable',
      code: 90055,
      description: 'The tenant is throttled because there are too many requests',
    }),
  },
  'login-unavailable': {
    target,
    summary: 'login: 503 `temporarily_unavailable`, AADSTS90033; `retry-after` as above',
    reply: refuse({
      status: 503,
      error: 'temporarily_unavailable',
      code: 90033,
      description: 'A transient error has occurred. Please try again',
    }),
  },
  'login-bad-gateway': { target, summary: 'login: 502 with a page of HTML', reply: () => html(502, '502 Bad Gateway') },
  'login-wrong-content-type': {
    target,
    summary: 'login: 200 with a page of HTML, as a captive proxy gives',
    reply: () => html(200, 'Sign in'),
  },
  'login-slow': {
    target,
    summary: 'login: the answer comes late; `ms=<milliseconds>`',
    distort: (given) => ({ delay: milliseconds(count(given, 'ms', 1000)) }),
  },
  'login-cut': {
    target,
    summary: 'login: the connection breaks inside the body; `bytes=<n>`',
    distort: (given) => ({ cutAfter: count(given, 'bytes', 20) }),
  },
  'login-short-lived': {
    target,
    summary: 'login: a token that holds `seconds=<n>` only',
    distort: (given) => ({ lifetime: seconds(count(given, 'seconds', 60)) }),
  },
}
