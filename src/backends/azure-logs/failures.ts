import { AuthError, BackendError, ConfigError } from '../../domain/errors.ts'
import type { HuntError, HuntErrorOptions } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time.ts'
import type { AnswerProblem } from './answer-problem.ts'
import { kqlErrorOf } from './kql-failure.ts'
import type { QueryText } from './query-text.ts'
import type { Exchange } from './response-tap.ts'
import {
  afterAttempts,
  deepestMessage,
  FailedAttempt,
  innerCodes,
  parseErrorBody,
  retryAfterOf,
} from '../../azure/index.ts'
import type { FailureClass, ServiceError } from '../../azure/index.ts'

/** Who asked what where: the part of an error's story that the attempt itself does not know. */
export interface CallContext {
  readonly workspace: string
  readonly workspaceId: string
  /** Customer ids of further workspaces that the query reads too. */
  readonly furtherIds: readonly string[]
  readonly endpoint: string
  readonly audience: string
  readonly timeoutSeconds: number
  readonly query: QueryText
}

interface Failure {
  readonly call: CallContext
  readonly exchange: Exchange
  readonly status: number
  readonly error: ServiceError
}

/** One line of the table below: which answers it is for, and what they mean. First match wins. */
interface FailureRule {
  readonly status: (status: number) => boolean
  /** Any of these in `error.code` or the inner codes; undefined: whatever they are. */
  readonly codes?: readonly string[]
  readonly failure: FailureClass
  readonly make: (failure: Failure, options: HuntErrorOptions) => HuntError
  readonly code: string
  readonly what: (failure: Failure) => string
  readonly hint: (failure: Failure) => string
}

const is =
  (...wanted: readonly number[]) =>
  (status: number) =>
    wanted.includes(status)
const auth = (_failure: Failure, options: HuntErrorOptions): HuntError => new AuthError(options)
const backend = (_failure: Failure, options: HuntErrorOptions): HuntError => new BackendError(options)
const config = (_failure: Failure, options: HuntErrorOptions): HuntError => new ConfigError(options)
const kql = ({ error, call }: Failure, options: HuntErrorOptions): HuntError => kqlErrorOf(error, call.query, options)

const named = ({ call }: Failure): string => `workspace '${call.workspace}' (${call.workspaceId})`

/** `shared/reference/azure-contract.md` A6, status by status. */
const RULES: readonly FailureRule[] = [
  {
    status: is(400),
    codes: ['SyntaxError', 'SemanticError'],
    failure: 'permanent',
    make: kql,
    code: 'kql/semantic',
    what: () => 'the service rejects the query',
    hint: () =>
      'hunt validate shows the place and the known names; a table exists only once its data connector has sent something',
  },
  {
    status: is(400),
    codes: ['FailedToResolveResource'],
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: (failure) => `the service does not know ${named(failure)}`,
    hint: () =>
      'set the workspace id (a GUID) as the portal shows it on the workspace overview, not the ARM id or the name',
  },
  {
    status: is(400, 413),
    failure: 'permanent',
    make: backend,
    code: 'backend/bad-request',
    what: () => 'the service refuses the request',
    hint: () => 'the query may be too long or malformed; the service code says which',
  },
  {
    status: is(403),
    codes: ['InvalidAuthenticationTokenAudience'],
    failure: 'permanent',
    make: auth,
    code: 'auth/wrong-audience',
    what: ({ call }) => `the service does not accept tokens for ${call.audience}`,
    hint: () =>
      'set the audience of the cloud: https://api.loganalytics.io, .us for US Government, .azure.cn for China',
  },
  {
    status: is(401, 403),
    codes: ['AuthenticationFailed', 'InvalidAuthenticationToken', 'InvalidTokenError', 'ExpiredAuthenticationToken'],
    failure: 'permanent',
    make: auth,
    code: 'auth/rejected',
    what: () => 'the service rejects the access token',
    hint: () => 'check the tenant, the authority host and the clock of this machine',
  },
  {
    status: is(403),
    failure: 'permanent',
    make: auth,
    code: 'auth/forbidden',
    what: (failure) => `the identity may not query ${named(failure)}`,
    hint: () =>
      'give it the role Log Analytics Reader or Microsoft Sentinel Reader on the workspace; a new assignment can take 60 minutes',
  },
  {
    status: is(401),
    failure: 'permanent',
    make: auth,
    code: 'auth/rejected',
    what: () => 'the service wants another login',
    hint: () => 'check the credential, the tenant and the clock of this machine',
  },
  {
    status: is(404),
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: (failure) => `there is no ${named(failure)} at ${failure.call.endpoint}`,
    hint: () =>
      'set the workspace id (a GUID, for example 00000000-1111-2222-3333-444444444444) and the endpoint of its cloud',
  },
  {
    status: is(204),
    failure: 'permanent',
    make: backend,
    code: 'backend/empty-workspace',
    what: (failure) => `${named(failure)} has never received data, so it answers nothing, not even columns`,
    hint: () => 'connect a data source, or check that this is the right workspace',
  },
  {
    status: is(429),
    failure: 'throttled',
    make: backend,
    code: 'backend/throttled',
    what: () => 'the service throttles this identity',
    hint: () =>
      'the limits are 200 requests in 30 s and 5 queries at once per identity; run fewer rules at the same time',
  },
  {
    status: is(408, 504),
    failure: 'timeout',
    make: backend,
    code: 'backend/timeout',
    what: ({ call }) => `the query did not finish within the ${call.timeoutSeconds} s given to the service`,
    hint: () => 'narrow the window or filter earlier; the service allows at most 600 s',
  },
  {
    status: (status) => status >= 500,
    failure: 'unavailable',
    make: backend,
    code: 'backend/unavailable',
    what: ({ status }) => `the service, or a gateway before it, fails with status ${status}`,
    hint: () => 'try again later; the Azure status page says whether the region has a fault',
  },
  {
    status: () => true,
    failure: 'permanent',
    make: backend,
    code: 'backend/unexpected-status',
    what: ({ status, call }) => `${call.endpoint} answers with status ${status}, which the Logs Query API does not use`,
    hint: () => 'check the endpoint and the proxy between',
  },
]

/** Judges an answer with any status but 200. */
export function failureOfStatus(exchange: Exchange, call: CallContext, clock: Clock): FailedAttempt {
  const status = exchange.status ?? 0
  const error = parseErrorBody(exchange.errorBody ?? '')
  const failure: Failure = { call, exchange, status, error }
  const codes = [error.code, ...error.inner.map(({ code }) => code)]
  const rule = RULES.find(
    (candidate) => candidate.status(status) && (candidate.codes?.some((code) => codes.includes(code)) ?? true),
  )
  if (rule === undefined) throw new TypeError('the last failure rule matches everything')
  const retryAfter = retryAfterOf(exchange.headers ?? {}, clock)
  const patience = retryAfter === undefined ? {} : { retryAfterMilliseconds: retryAfter }
  return new FailedAttempt(rule.failure, retryAfter, (attempts) =>
    rule.make(failure, {
      code: rule.code,
      message: `${sentence(rule.what(failure), attempts)}${serviceSays(error)}`,
      hint: rule.hint(failure),
      retryable: rule.failure !== 'permanent',
      context: { ...contextOf(exchange, call), attempts, ...patience, ...serviceContext(error) },
    }),
  )
}

const PROBLEMS: Readonly<
  Record<AnswerProblem['kind'] | 'stale' | 'silent' | 'network', { failure: FailureClass; code: string; hint: string }>
> = {
  cut: {
    failure: 'network',
    code: 'backend/cut-answer',
    hint: 'try again; if it happens with large results, return fewer rows',
  },
  empty: { failure: 'unreadable', code: 'backend/unreadable-answer', hint: 'check the endpoint and the proxy between' },
  'not-json': {
    failure: 'unreadable',
    code: 'backend/unreadable-answer',
    hint: 'check the endpoint and the proxy between',
  },
  'unexpected-shape': {
    failure: 'permanent',
    code: 'backend/unreadable-answer',
    hint: 'check the endpoint; if it is the Logs Query API, please report this',
  },
  stale: {
    failure: 'stale',
    code: 'backend/cached-answer',
    hint: 'the service caches answers for two minutes; try again after that, or look for a caching proxy',
  },
  silent: {
    failure: 'timeout',
    code: 'backend/timeout',
    hint: 'neither result nor error came in the time given to the service: check the network, or narrow the window',
  },
  network: {
    failure: 'network',
    code: 'backend/unreachable',
    hint: 'check the network, the proxy (HTTPS_PROXY) and, behind a private certificate authority, NODE_EXTRA_CA_CERTS',
  },
}

/** Judges a 200 whose body is no complete answer, an answer from the cache, or a request that got no answer at all. */
export function failureOfAnswer(
  kind: keyof typeof PROBLEMS,
  detail: string,
  exchange: Exchange,
  call: CallContext,
): FailedAttempt {
  const { failure, code, hint } = PROBLEMS[kind]
  return new FailedAttempt(failure, undefined, (attempts) => {
    return new BackendError({
      code,
      message: `${sentence(`no usable answer from ${call.endpoint}`, attempts)}: ${detail}`,
      hint,
      retryable: failure !== 'permanent',
      context: { ...contextOf(exchange, call), attempts },
    })
  })
}

function sentence(what: string, attempts: number): string {
  return `${what}${afterAttempts(attempts)}`
}

function serviceSays(error: ServiceError): string {
  const message = deepestMessage(error)
  const code = error.inner.at(-1)?.code ?? error.code
  if (message === undefined) return code === undefined ? '' : ` [${code}]`
  return code === undefined ? `: ${message}` : `: ${message} [${code}]`
}

/** The ids that Microsoft's support asks for, and nothing secret. */
export function contextOf(exchange: Exchange, call: CallContext): Record<string, string | number | boolean> {
  return {
    workspace: call.workspace,
    workspaceId: call.workspaceId,
    ...(exchange.status === undefined ? {} : { status: exchange.status }),
    ...(exchange.clientRequestId === undefined ? {} : { clientRequestId: exchange.clientRequestId }),
    ...(exchange.headers?.['x-ms-request-id'] === undefined ? {} : { requestId: exchange.headers['x-ms-request-id'] }),
  }
}

function serviceContext(error: ServiceError): Record<string, string> {
  const codes = innerCodes(error)
  return {
    ...(error.code === undefined ? {} : { serviceCode: error.code }),
    ...(codes === '' ? {} : { innerCodes: codes }),
    ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
  }
}
