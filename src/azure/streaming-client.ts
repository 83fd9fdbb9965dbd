import { randomUUID } from 'node:crypto'
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline'
import { rawBody, takeRawBodies } from './raw-body.ts'
import { createServicePipeline, isPlain } from './service-pipeline.ts'
import type { ServiceAddress } from './service-pipeline.ts'

export interface StreamedReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Decompressed; a broken connection is an error of the stream. */
  readonly body: AsyncIterable<Uint8Array>
}

/** For services whose answers are read from the wire: requests, login, proxy and TLS are the SDK's, and the body is ours. */
export interface StreamingClient {
  /**
   * Sends one JSON document, as text, once; `headers` are beside those that every request has. Rejects with what the network or the
   * login says, or the signal's reason.
   */
  post(
    path: string,
    document: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<StreamedReply>
}

/** An id for `client-request-id` and its like, by which support finds a request. */
export function newRequestId(): string {
  return randomUUID()
}

export function createStreamingClient(address: ServiceAddress): StreamingClient {
  const http = createDefaultHttpClient()
  const pipeline = createServicePipeline(address)
  takeRawBodies(pipeline)
  return {
    async post(path, document, headers, abortSignal) {
      const request = createPipelineRequest({
        url: `${address.endpoint}${path}`,
        method: 'POST',
        // With the charset Microsoft Graph reads more than ANSI (its page on runHuntingQuery).
        headers: createHttpHeaders({
          Accept: 'application/json',
          'Content-Type': 'application/json; charset=utf-8',
          ...headers,
        }),
        body: document,
        // The pipeline's own timeout would keep the process alive to its end; the signal bounds the request.
        timeout: 0,
        abortSignal,
        allowInsecureConnection: isPlain(address),
      })
      const response = await pipeline.sendRequest(http, request)
      return { status: response.status, headers: response.headers.toJSON(), body: rawBody(response) }
    },
  }
}
