import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline'
import type { HttpMethods, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { AuthError, BackendError, HuntError } from '../domain/errors.ts'
import { minutes } from '../time/duration.ts'
import { failedBeforeSending } from './login-error.ts'
import { textOf } from './login-text.ts'
import { rawBody, readText, takeRawBodies } from './raw-body.ts'
import { redact } from './redact.ts'
import { FailedAttempt, afterAttempts, retryAfterOf, withRetries } from './retry.ts'
import type { FailureClass, RetryTools } from './retry.ts'
import { createServicePipeline, isPlain } from './service-pipeline.ts'
import type { ServiceAddress } from './service-pipeline.ts'
import { deepestMessage, innerCodes, parseErrorBody } from './service-error.ts'

/** One REST service of Azure: Resource Manager, Logs Ingestion. */
export interface ServiceClientOptions extends ServiceAddress, RetryTools {
  /** What messages call it: `Azure Resource Manager`. */
  readonly name: string
  /** What to do when the identity may not do what was asked. */
  readonly roleHint: string
}

export interface ServiceRequest {
  readonly method: HttpMethods
  /** Path and query, from the slash on. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Statuses beyond 2xx that the caller understands and gets as they are. */
  readonly accepts?: readonly number[]
}

export interface ServiceReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown
}

export interface ServiceClient {
  /**
   * Sends one request, again as RETRY_RULES allow. Rejects with AuthError (login, role), BackendError (everything else),
   * or the signal's reason.
   */
  send(request: ServiceRequest, signal: AbortSignal): Promise<ServiceReply>
}

/** Silence for so long ends an attempt; no request of these services takes nearly as long. */
const TIMEOUT = minutes(2)

/** No document of these services is nearly as large; what is, is cut here and then no JSON. */
const MOST_BYTES = 64 * 1024 * 1024

export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const http = createDefaultHttpClient()
  const pipeline = createServicePipeline(options)
  takeRawBodies(pipeline)
  const attempt = async (request: ServiceRequest, signal: AbortSignal): Promise<ServiceReply> => {
    // Real time, not the clock of the run: it bounds a connection. The pipeline's own timeout would keep the process alive
    // to its end, for it forgets the timer; this one holds nothing.
    const wire = wireRequest(request, options, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]))
    let response: PipelineResponse | undefined
    let text: string
    try {
      response = await pipeline.sendRequest(http, wire)
      text = await readText(rawBody(response), MOST_BYTES)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof HuntError) throw failedBeforeSending(error, options.clock)
      throw response === undefined ? unreachable(error, options) : cut(error, response, options)
    }
    return judge(response, text, request, options)
  }
  return { send: (request, signal) => withRetries(() => attempt(request, signal), options, signal) }
}

function wireRequest(
  { method, path, headers = {}, body }: ServiceRequest,
  options: ServiceClientOptions,
  signal: AbortSignal,
): PipelineRequest {
  const type = body === undefined || 'Content-Type' in headers ? {} : { 'Content-Type': 'application/json' }
  return createPipelineRequest({
    url: `${options.endpoint}${path}`,
    method,
    headers: createHttpHeaders({ Accept: 'application/json', ...type, ...headers }),
    ...(body === undefined ? {} : { body }),
    timeout: 0,
    abortSignal: signal,
    allowInsecureConnection: isPlain(options),
  })
}

function judge(
  response: PipelineResponse,
  text: string,
  request: ServiceRequest,
  options: ServiceClientOptions,
): ServiceReply {
  const { status } = response
  const headers = response.headers.toJSON()
  const isGood = (status >= 200 && status < 300) || (request.accepts?.includes(status) ?? false)
  if (!isGood) throw refused(status, headers, text, request, options)
  if (text === '') return { status, headers, body: undefined }
  try {
    return { status, headers, body: JSON.parse(text) as unknown }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new FailedAttempt('unreadable', undefined, (attempts) => {
      return new BackendError({
        code: 'backend/unreadable-answer',
        message: `${options.name} at ${options.endpoint} answers with something else than JSON${afterAttempts(attempts)}`,
        hint: 'check the endpoint and the proxy between',
        retryable: true,
        context: { status, attempts },
      })
    })
  }
}

function refused(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  { method, path }: ServiceRequest,
  options: ServiceClientOptions,
): FailedAttempt {
  const failure = classOf(status)
  const error = parseErrorBody(body)
  const said = deepestMessage(error)
  const codes = [error.code, innerCodes(error)].filter((code) => code !== undefined && code !== '').join('/')
  const context = {
    status,
    ...(codes === '' ? {} : { serviceCode: codes }),
    ...(headers['x-ms-request-id'] === undefined ? {} : { requestId: headers['x-ms-request-id'] }),
    ...(headers['x-ms-correlation-request-id'] === undefined
      ? {}
      : { correlationId: headers['x-ms-correlation-request-id'] }),
  }
  const told = said === undefined ? '' : `: ${said}${codes === '' ? '' : ` [${codes}]`}`
  return new FailedAttempt(failure, retryAfterOf(headers, options.clock), (attempts) => {
    const where = `${options.name} answers ${method} ${pathOf(path)} with status ${status}${afterAttempts(attempts)}${told}`
    const common = { message: where, retryable: failure !== 'permanent', context: { ...context, attempts } }
    if (status === 403) return new AuthError({ ...common, code: 'auth/forbidden', hint: options.roleHint })
    if (status === 401) {
      const hint = 'check the credential, the tenant and the clock of this machine'
      return new AuthError({ ...common, code: 'auth/rejected', hint })
    }
    return new BackendError({ ...common, ...kindOf(failure) })
  })
}

function kindOf(failure: FailureClass): { readonly code: string; readonly hint: string } {
  if (failure === 'throttled')
    return { code: 'backend/throttled', hint: 'the service limits requests; wait, and ask less often' }
  if (failure === 'unavailable') {
    return {
      code: 'backend/unavailable',
      hint: 'try again later; the Azure status page says whether the region has a fault',
    }
  }
  if (failure === 'timeout') return { code: 'backend/timeout', hint: 'try again later' }
  return { code: 'backend/unexpected-status', hint: 'check the ids in the settings, and that the resource exists' }
}

function classOf(status: number): FailureClass {
  if (status === 429) return 'throttled'
  if (status === 408 || status === 504) return 'timeout'
  return status >= 500 ? 'unavailable' : 'permanent'
}

/** Without the query: it may hold more than a log line should. */
function pathOf(path: string): string {
  return path.replace(/\?.*$/s, '')
}

/** The status came, and not all of what it is about. */
function cut(error: unknown, { status }: PipelineResponse, { name, endpoint }: ServiceClientOptions): FailedAttempt {
  return new FailedAttempt('network', undefined, (attempts) => {
    return new BackendError({
      code: 'backend/cut-answer',
      message: `the answer of ${name} at ${endpoint} breaks off${afterAttempts(attempts)}: ${redact(textOf(error), [])}`,
      hint: 'try again; check the proxy between',
      retryable: true,
      context: { status, attempts },
    })
  })
}

function unreachable(error: unknown, { name, endpoint }: ServiceClientOptions): FailedAttempt {
  return new FailedAttempt('network', undefined, (attempts) => {
    return new BackendError({
      code: 'backend/unreachable',
      message: `${name} at ${endpoint} cannot be reached${afterAttempts(attempts)}: ${redact(textOf(error), [])}`,
      hint: 'check the network, the proxy (HTTPS_PROXY) and, behind a private certificate authority, HUNT_CA_FILE',
      retryable: true,
      context: { attempts },
    })
  })
}
