import type { TokenCredential } from '@azure/core-auth'
import { bearerTokenAuthenticationPolicy, createPipelineFromOptions } from '@azure/core-rest-pipeline'
import type { Pipeline } from '@azure/core-rest-pipeline'

/** A REST service of Microsoft, and who asks it. */
export interface ServiceAddress {
  /** Scheme and host, without a slash at the end. Over plain http (an emulator on this machine) no token is sent. */
  readonly endpoint: string
  /** Resource of the tokens, without `/.default`. */
  readonly audience: string
  readonly credential: TokenCredential
  /** Trusted PEM certificates, or undefined for Node's own. */
  readonly ca?: readonly string[] | undefined
}

export function isPlain({ endpoint }: ServiceAddress): boolean {
  return endpoint.startsWith('http:')
}

/** Login, proxy and TLS of the SDK. */
export function createServicePipeline(address: ServiceAddress): Pipeline {
  const { audience, credential, ca } = address
  const pipeline = createPipelineFromOptions({
    userAgentOptions: { userAgentPrefix: 'hunt' },
    // Retries are ours (retry.ts), and a redirect must not carry the token elsewhere.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(ca === undefined ? {} : { tlsOptions: { ca: [...ca] } }),
  })
  if (!isPlain(address)) {
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${audience}/.default` }))
  }
  return pipeline
}
