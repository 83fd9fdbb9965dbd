import { AuthError, BackendError, ConfigError } from '../domain/errors.ts'
import type { HuntError, HuntErrorOptions } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import {
  afterAttempts,
  deepestMessage,
  FailedAttempt,
  innerCodes,
  parseErrorBody,
  retryAfterOf,
} from '../azure/index.ts'
import type { FailureClass, ServiceError } from '../azure/index.ts'
import type { AnswerProblem } from './answer-problem.ts'
import type { QueryText } from './query-text.ts'

/** Who asked what where: the part of an error's story that the attempt itself does not know. */
export interface KustoCall {
  readonly workspace: string
  readonly endpoint: string
  readonly timeoutSeconds: number
  readonly query: QueryText
  /** What stands in the context of each error, beside the workspace. */
  readonly context: Readonly<Record<string, string>>
}

/** What came back, as far as it did. */
export interface KustoExchange {
  readonly status?: number
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  /** Start of the body of any status but 200. */
  readonly errorBody?: string
  readonly clientRequestId?: string
}

export interface Failure<Call extends KustoCall> {
  readonly call: Call
  readonly exchange: KustoExchange
  readonly status: number
  readonly error: ServiceError
}

/** One line of a service's table: which answers it is for, and what they mean. First match wins. */
export interface FailureRule<Call extends KustoCall> {
  readonly status: (status: number) => boolean
  /** Any of these in `error.code` or the inner codes; undefined: whatever they are. */
  readonly codes?: readonly string[]
  /** Undefined: whatever the service says. */
  readonly says?: RegExp
  readonly failure: FailureClass
  readonly make: (failure: Failure<Call>, options: HuntErrorOptions) => HuntError
  readonly code: string
  readonly what: (failure: Failure<Call>) => string
  readonly hint: (failure: Failure<Call>) => string
}

export const is =
  (...wanted: readonly number[]) =>
  (status: number) =>
    wanted.includes(status)
export const auth = (_failure: unknown, options: HuntErrorOptions): HuntError => new AuthError(options)
export const backend = (_failure: unknown, options: HuntErrorOptions): HuntError => new BackendError(options)
export const config = (_failure: unknown, options: HuntErrorOptions): HuntError => new ConfigError(options)

/** Judges an answer with any status but 200. */
export function failureOfStatus<Call extends KustoCall>(
  rules: readonly FailureRule<Call>[],
  exchange: KustoExchange,
  call: Call,
  clock: Clock,
): FailedAttempt {
  const status = exchange.status ?? 0
  const error = parseErrorBody(exchange.errorBody ?? '')
  const failure: Failure<Call> = { call, exchange, status, error }
  const codes = [error.code, ...error.inner.map(({ code }) => code)]
  const rule = rules.find(
    (candidate) =>
      candidate.status(status) &&
      (candidate.codes?.some((code) => codes.includes(code)) ?? true) &&
      (candidate.says?.test(deepestMessage(error) ?? '') ?? true),
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
    hint: 'check the endpoint; if it is the service, please report this',
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
  exchange: KustoExchange,
  call: KustoCall,
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

/** Under which names the services of Microsoft give the id that their support asks for. */
const REQUEST_IDS = ['x-ms-request-id', 'request-id', 'x-ms-activity-id']

/** The ids that Microsoft's support asks for, and nothing secret. */
export function contextOf(exchange: KustoExchange, call: KustoCall): Record<string, string | number | boolean> {
  const requestId = REQUEST_IDS.map((name) => exchange.headers?.[name]).find((id) => id !== undefined)
  return {
    workspace: call.workspace,
    ...call.context,
    ...(exchange.status === undefined ? {} : { status: exchange.status }),
    ...(exchange.clientRequestId === undefined ? {} : { clientRequestId: exchange.clientRequestId }),
    ...(requestId === undefined ? {} : { requestId }),
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
