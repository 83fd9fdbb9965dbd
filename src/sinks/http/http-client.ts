import type * as Core from '@azure/core-rest-pipeline'
import { rawBody, readText, takeRawBodies } from '../../azure/raw-body.ts'
import { trustedCertificates } from '../../azure/trusted-certificates.ts'
import { DeliveryError, HuntError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time.ts'
import type { TokenSource } from '../sink-kind.ts'
import { isLoopback } from '../../text/loopback.ts'
import { redact } from './redact.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Sends one request and returns whatever answer comes. Rejects with DeliveryError when none does. */
export interface HttpClient {
  /** Name of the sink, for messages. */
  readonly sink: string
  readonly clock: Clock
  /** Values that no message may show. */
  readonly secrets: readonly string[]
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export interface HttpClientOptions {
  readonly sink: string
  readonly clock: Clock
  readonly version: string
  readonly caFile?: string | undefined
  readonly secrets?: readonly string[]
  /** Adds a token for the scope to every request, except over http to this machine. */
  readonly login?: { readonly credential: () => Promise<TokenSource>; readonly scope: string }
}

/**
 * The one way out for sinks that speak HTTP: proxy by the usual variables, private authorities, no redirects (a receiver
 * that moves must be written down anew, and nothing may lead incidents to another host), no retries (the outbox has them).
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { sink, clock, version, caFile, secrets = [], login } = options
  let plain: Promise<Route> | undefined
  let signed: Promise<Route> | undefined
  return {
    sink,
    clock,
    secrets,
    async send({ method, url, headers = {}, body }, signal) {
      const isLocal = isLoopback(url)
      const isPlain = login === undefined || (isLocal && url.startsWith('http:'))
      const { transport, pipeline, core } = await (isPlain
        ? (plain ??= routeOf(caFile, undefined))
        : (signed ??= routeOf(caFile, login)))
      const request = core.createPipelineRequest({
        method,
        url,
        headers: core.createHttpHeaders({ 'User-Agent': `hunt/${version}`, ...headers }),
        ...(body === undefined ? {} : { body }),
        abortSignal: signal,
        allowInsecureConnection: isLocal,
      })
      try {
        const response = await pipeline.sendRequest(transport, request)
        const text = await readText(rawBody(response))
        return { status: response.status, headers: response.headers.toJSON(), text }
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof HuntError ? error : unreachable(error, { sink, url, secrets })
      }
    },
  }
}

interface Route {
  readonly core: typeof Core
  readonly transport: Core.HttpClient
  readonly pipeline: Core.Pipeline
}

/** Loaded with the first request: a hunt whose sinks are files never needs it. */
async function routeOf(caFile: string | undefined, login: HttpClientOptions['login']): Promise<Route> {
  const core = await import('@azure/core-rest-pipeline')
  const pipeline = core.createEmptyPipeline()
  pipeline.addPolicy(core.proxyPolicy())
  const ca = trustedCertificates(caFile === undefined ? [] : [caFile])
  if (ca !== undefined) pipeline.addPolicy(core.tlsPolicy({ ca: [...ca] }))
  if (login !== undefined) {
    const credential = await login.credential()
    pipeline.addPolicy(core.bearerTokenAuthenticationPolicy({ credential, scopes: login.scope }))
  }
  takeRawBodies(pipeline)
  return { core, transport: core.createDefaultHttpClient(), pipeline }
}

const CERTIFICATE_FAULT =
  /self.signed certificate|unable to (?:verify|get)[\w ]*certificate|certificate has expired|altname/i

/** The host is named, never the rest of the address, which may be a secret. */
function unreachable(
  error: unknown,
  { sink, url, secrets }: { readonly sink: string; readonly url: string; readonly secrets: readonly string[] },
): DeliveryError {
  const reason = redact(error instanceof Error ? error.message : String(error), [...secrets, url])
  const host = new URL(url).host
  const isCertificate = CERTIFICATE_FAULT.test(reason)
  return new DeliveryError({
    code: isCertificate ? 'sink/certificate' : 'sink/unreachable',
    message: `sink ${sink} cannot reach ${host}: ${reason}`,
    hint: isCertificate
      ? 'Name the private certificate authority in HUNT_CA_FILE, or mend the certificate of the receiver.'
      : 'Check the address, the network and the proxy (HTTPS_PROXY); it is tried again.',
    fault: isCertificate ? 'sink' : 'passing',
    context: { host },
  })
}
