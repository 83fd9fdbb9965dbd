import { randomUUID } from 'node:crypto'
import type { TokenCredential } from '@azure/core-auth'
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline'
import { rawBody, takeRawBody } from './raw-body.ts'

export interface StreamingClientOptions {
  /** Scheme and host, without a slash at the end. Over plain http (an emulator on this machine) no token is sent. */
  readonly endpoint: string
  /** Resource of the tokens, without `/.default`. */
  readonly audience: string
  readonly credential: TokenCredential
  /** Trusted PEM certificates, or undefined for Node's own. */
  readonly ca?: readonly string[] | undefined
}

export interface StreamedReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Decompressed; a broken connection is an error of the stream. */
  readonly body: AsyncIterable<Uint8Array>
}

/** For services whose answers are read from the wire: requests, login, proxy and TLS are the SDK's, and the body is ours. */
export interface StreamingClient {
  /** Sends one JSON document once. Rejects with what the network or the login says, or the signal's reason. */
  post(
    path: string,
    document: unknown,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<StreamedReply>
}

/** An id for `client-request-id` and its like, by which support finds a request. */
export function newRequestId(): string {
  return randomUUID()
}

export function createStreamingClient({ endpoint, audience, credential, ca }: StreamingClientOptions): StreamingClient {
  const isPlain = endpoint.startsWith('http:')
  const http = createDefaultHttpClient()
  const pipeline = createPipelineFromOptions({
    userAgentOptions: { userAgentPrefix: 'hunt' },
    // Retries are ours (retry.ts), and a redirect must not carry the token elsewhere.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(ca === undefined ? {} : { tlsOptions: { ca: [...ca] } }),
  })
  if (!isPlain) pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${audience}/.default` }))
  pipeline.addPolicy(
    {
      name: 'huntRawBody',
      sendRequest: (request, next) => {
        takeRawBody(request)
        return next(request)
      },
    },
    // Behind the token: the headers on the wire are a copy of these.
    { afterPhase: 'Sign' },
  )
  return {
    async post(path, document, headers, abortSignal) {
      const request = createPipelineRequest({
        url: `${endpoint}${path}`,
        method: 'POST',
        // With the charset Microsoft Graph reads more than ANSI (its page on runHuntingQuery).
        headers: createHttpHeaders({
          Accept: 'application/json',
          'Content-Type': 'application/json; charset=utf-8',
          ...headers,
        }),
        body: JSON.stringify(document),
        // The pipeline's own timeout would keep the process alive to its end; the signal bounds the request.
        timeout: 0,
        abortSignal,
        allowInsecureConnection: isPlain,
      })
      const response = await pipeline.sendRequest(http, request)
      return { status: response.status, headers: response.headers.toJSON(), body: rawBody(response) }
    },
  }
}
