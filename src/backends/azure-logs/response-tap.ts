import { AsyncLocalStorage } from 'node:async_hooks'
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { rawBody, readErrorBody, takeRawBody } from '../../azure/index.ts'
import { readAnswer, type Answer } from '../../kusto-service/answer.ts'

/**
 * The one place that makes up for what @azure/monitor-query 1.3.3 does to an answer (contract A4, A9, A10): null
 * datetimes become 1970, fractions of a second are cut to milliseconds, longs above 2^53 are rounded, text that looks
 * like a number becomes one, `innererror` and `correlationId` are dropped, the body is buffered and parsed twice.
 *
 * A pipeline policy next to the wire takes the body as a stream, reads it without loss into the exchange of the call
 * under way, and gives the client an empty table instead, so that nothing is parsed twice. Credentials, retries of a
 * challenged token, proxy and TLS stay the client's.
 */
export interface ResponseTap {
  readonly policy: PipelinePolicy
  /** Runs `call`, which must send one request through the policy; `exchange` receives what came back. */
  observe<T>(exchange: Exchange, call: () => Promise<T>): Promise<T>
}

/** What one call sent and got, in the order in which it becomes known. */
export interface Exchange {
  /** The client sends `"timespan": ""` for a call without one; true removes the member. */
  readonly omitTimespan: boolean
  /** `x-ms-client-request-id` of the request. */
  clientRequestId?: string
  status?: number
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>
  /** Set for status 200 with a readable body. */
  answer?: Answer
  /** Start of the body of any other status. */
  errorBody?: string
}

const EMPTY_ANSWER = '{"tables":[]}'

export interface TapOptions {
  /** Talks http to an emulator on this machine, and sends it no token. */
  readonly plain: boolean
  /** For the rows of large answers. */
  readonly spoolFolder: string
}

export function createResponseTap({ plain, spoolFolder }: TapOptions): ResponseTap {
  const calls = new AsyncLocalStorage<Exchange>()
  return {
    observe: (exchange, call) => calls.run(exchange, call),
    policy: {
      name: 'huntResponseTap',
      async sendRequest(request, next) {
        const exchange = calls.getStore()
        if (exchange === undefined) return next(request)
        if (plain) makePlain(request)
        prepare(request, exchange)
        const response = await next(request)
        await capture(response, exchange, spoolFolder)
        // Now the body is text: the client's own readers must not look for a stream.
        request.streamResponseStatusCodes = new Set()
        return response
      },
    },
  }
}

function makePlain(request: PipelineRequest): void {
  request.url = request.url.replace(/^https:/, 'http:')
  request.allowInsecureConnection = true
  request.headers.delete('Authorization')
}

function prepare(request: PipelineRequest, exchange: Exchange): void {
  exchange.clientRequestId = request.requestId
  if (exchange.omitTimespan && typeof request.body === 'string') request.body = withoutTimespan(request.body)
  // The service may answer from a cache for two minutes, which a retry or a late re-run must not see (contract A2).
  request.headers.set('Cache-Control', 'no-cache')
  if (typeof request.body === 'string') request.headers.set('Content-Length', String(Buffer.byteLength(request.body)))
  takeRawBody(request)
}

function withoutTimespan(body: string): string {
  const { timespan: _dropped, ...rest } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(rest)
}

async function capture(response: PipelineResponse, exchange: Exchange, spoolFolder: string): Promise<void> {
  exchange.status = response.status
  exchange.headers = response.headers.toJSON()
  delete exchange.answer
  delete exchange.errorBody
  const body = rawBody(response)
  if (response.status === 200) {
    exchange.answer = await readAnswer(body, spoolFolder)
    response.bodyAsText = EMPTY_ANSWER
    response.headers.set('Content-Type', 'application/json')
  } else {
    exchange.errorBody = await readErrorBody(body)
    response.bodyAsText = exchange.errorBody
  }
  delete response.readableStreamBody
}
