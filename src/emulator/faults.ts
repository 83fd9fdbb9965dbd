import type { Clock } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import { WORKSPACE_FAILURES } from './fault-kind.ts'
import type { Distortion, Fault, FaultKind, FaultTarget, FaultTools } from './fault-kind.ts'
import { count, oneOf, retryAfter } from './fault-parameters.ts'
import { LOGIN_FAULTS } from './login-faults.ts'
import { asGraphFault } from './graph/graph-errors.ts'
import { asKustoFault } from './kusto/kusto-errors.ts'
import { empty, faultReply, html, type Reply } from './reply.ts'
import {
  armThrottled,
  authorizationFailed,
  conflict,
  preconditionFailed,
  unauthenticated as armUnauthenticated,
} from './sentinel/arm-errors.ts'
import {
  gatewayTimeout,
  insufficientAccess,
  invalidRequest,
  invalidToken,
  throttled,
  unauthenticated,
  unavailable,
  ServiceFault,
} from './service-errors.ts'

type Make = (headers: Readonly<Record<string, string>>) => ServiceFault

/** @param arm as Azure Resource Manager says it */
const refuse =
  (make: Make, arm: Make = make): NonNullable<FaultKind['reply']> =>
  (parameters, { clock, newId, family }) => {
    const made = (family === 'arm' ? arm : make)(retryAfter(parameters, clock))
    const fault = parameters['code'] === undefined ? made : withCode(made, parameters['code'])
    const isEmpty = oneOf('body', parameters['body'] ?? 'json', ['json', 'none']) === 'none'
    const inFamily = family === 'kusto' ? asKustoFault(fault) : fault
    const reply = faultReply(family === 'graph' ? asGraphFault(fault, clock) : inFamily, newId())
    return isEmpty ? { ...empty(fault.status), headers: fault.headers } : reply
  }

/** Codes of some refusals are guesses (H1, H16): a client must do without. */
function withCode({ status, envelope, headers, isPlain, document }: ServiceFault, code: string): ServiceFault {
  return new ServiceFault(status, { ...envelope.error, code }, headers, isPlain, document)
}

/** Every switch, with the line of `shared/reference/azure-contract.md` that it stands for. */
export const FAULTS: Readonly<Record<string, FaultKind>> = {
  throttle: {
    summary:
      '429 (A6, H1); `retry-after=<seconds>`, `retry-after-date=<seconds>` for the date form, or neither; `code=<text>` and `body=none`, as of all refusals, for what is a guess',
    reply: refuse(throttled, (headers) =>
      armThrottled({ 'x-ms-ratelimit-remaining-subscription-writes': '0', ...headers }),
    ),
  },
  unavailable: { summary: '503 (A6); `retry-after` as above', reply: refuse(unavailable) },
  'gateway-timeout': { summary: '504 as after a query that ran too long (A6)', reply: refuse(gatewayTimeout) },
  'bad-gateway': { summary: '502 with a page of HTML (A6)', reply: () => html(502, '502 Bad Gateway') },
  'wrong-content-type': {
    summary: '200 with a page of HTML, as a captive proxy gives',
    reply: () => html(200, 'Sign in'),
  },
  empty: { summary: '200 without a body (A6)', reply: () => empty(200) },
  'no-content': { summary: '204: a workspace that never had data (A6)', reply: () => empty(204) },
  unauthenticated: {
    summary: '401 (A6)',
    reply: refuse(unauthenticated, () => armUnauthenticated('AuthenticationFailed', 'Authentication failed.')),
  },
  'expired-token': {
    summary: '403 for a token that has expired (A6)',
    reply: refuse(
      () => invalidToken('The access token has expired'),
      () => armUnauthenticated('ExpiredAuthenticationToken', 'The access token has expired.'),
    ),
  },
  forbidden: {
    summary: '403 without a role (A6, D8)',
    reply: refuse(insufficientAccess, () => authorizationFailed('the client', 'the action', 'the scope')),
  },
  conflict: { summary: '409: somebody else wrote meanwhile (D3)', reply: refuse(conflict) },
  precondition: { summary: '412, as some clients expect it (D3)', reply: refuse(preconditionFailed) },
  slow: {
    summary: 'the answer comes late; `ms=<milliseconds>`',
    distort: (given) => ({ delay: milliseconds(count(given, 'ms', 1000)) }),
  },
  cut: {
    summary: 'the connection breaks inside the body; `bytes=<n>`',
    distort: (given) => ({ cutAfter: count(given, 'bytes', 20) }),
  },
  truncate: {
    summary: 'result too large (A5, A7); `records=<n>`',
    distort: (given) => ({ records: count(given, 'records', 1) }),
  },
  partial: { summary: 'PartialError of another kind beside the result (A5)', distort: () => ({ partial: true }) },
  unresolved: {
    summary:
      'the warning of a fuzzy union about what is not there, as a PartialError beside the whole result; `name=<table>`',
    distort: ({ name = 'Missing_CL' }) => ({ unresolved: name }),
  },
  'workspace-failed': {
    summary:
      'the further workspaces of a query cannot be read (H5); `as=partial`, the rows of the others with a PartialError, or as an error of the whole, `as=forbidden` or `as=unresolved`',
    distort: ({ as = 'partial' }) => ({ failedWorkspace: oneOf('as', as, WORKSPACE_FAILURES) }),
  },
  cached: {
    summary: 'an answer from the cache (A2); `age=<seconds>`',
    distort: (given) => ({ headers: { Age: String(count(given, 'age', 60)) } }),
  },
  lost: {
    summary: 'the request is carried out, and the connection breaks before the answer',
    distort: () => ({ isLost: true }),
  },
  duplicate: {
    summary: 'the request is carried out twice, as when something on the way repeats it',
    distort: () => ({ repeats: true }),
  },
  'clock-skew': {
    summary: 'the clock of the service is off; `seconds=<n>`, negative for one that is behind',
    distort: (given, { clock }) => ({ clockSkew: skewedDate(given, clock) }),
  },
  ...LOGIN_FAULTS,
}

/** Reads `kind; name=value; …`. Throws the 400 for what is no fault. */
export function parseFault(text: string): Fault {
  const [kind = '', ...rest] = text.split(';').map((part) => part.trim())
  if (!Object.hasOwn(FAULTS, kind)) {
    throw invalidRequest(`The fault '${kind}' is not known; accepted: ${Object.keys(FAULTS).join(', ')}`)
  }
  const parameters = Object.fromEntries(
    rest.filter((part) => part !== '').map((part) => part.split('=').map((half) => half.trim()) as [string, string]),
  )
  return { kind, parameters }
}

/** A whole reply, or a distortion of the engine's. */
export function applyFault(fault: Fault, tools: FaultTools): Reply | Distortion {
  const kind = FAULTS[fault.kind]
  return kind?.reply?.(fault.parameters, tools) ?? kind?.distort?.(fault.parameters, tools) ?? {}
}

export function targetOf({ kind }: Fault): FaultTarget {
  return FAULTS[kind]?.target ?? 'service'
}

/** Faults waiting for the requests to come, those of the services and logins apart; first come first served. */
export interface FaultScript {
  add(faults: readonly Fault[]): void
  next(target: FaultTarget): Fault | undefined
  waiting(): readonly Fault[]
  clear(): void
}

export function createFaultScript(): FaultScript {
  let waiting: Fault[] = []
  return {
    add: (faults) => void waiting.push(...faults),
    next(target) {
      const index = waiting.findIndex((fault) => targetOf(fault) === target)
      return index === -1 ? undefined : waiting.splice(index, 1)[0]
    },
    waiting: () => [...waiting],
    clear() {
      waiting = []
    },
  }
}

function skewedDate(parameters: Fault['parameters'], clock: Clock): string {
  const { seconds: text = '300' } = parameters
  if (!/^-?\d+$/.test(text)) throw invalidRequest(`The fault parameter seconds=${text} is not a whole number`)
  return new Date(plus(clock.now(), seconds(Number(text)))).toUTCString()
}
