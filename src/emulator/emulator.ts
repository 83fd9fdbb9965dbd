import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createAnswerCache } from './answer-cache.ts'
import { createAuthority } from './authority.ts'
import { issueCertificate, type ServerCertificate } from './certificate.ts'
import { createFaultScript } from './faults.ts'
import { createJournal } from './journal.ts'
import type { EmulatorState } from './operations/operation.ts'
import { DEFAULT_WORKSPACE, settle, type EmulatorOptions } from './options.ts'
import { createRateLimits } from './rate-limits.ts'
import { createSentinelStore } from './sentinel/store.ts'
import { serve } from './serve.ts'
import { createStreamStore } from './stream-store.ts'
import { ConfigError } from '../domain/errors.ts'

export interface RunningEmulator {
  /** Scheme, host and port; what a client takes as endpoint. */
  readonly url: string
  /** Everything that a client needs, as `hunt emulate` prints it. */
  readonly description: EmulatorDescription
  /** Stops listening, cuts open connections, removes the certificate file. The backend stays open. */
  close(): Promise<void>
}

export interface EmulatorDescription {
  readonly url: string
  readonly tokenEndpoint: string
  /** For `authorityHost` or `AZURE_AUTHORITY_HOST`. */
  readonly authorityHost: string
  /** PEM file for `NODE_EXTRA_CA_CERTS`; null without TLS. */
  readonly ca: string | null
  /** A workspace id that is served. */
  readonly workspace: string
  readonly tenantId: string
  readonly clientId: string
  readonly tokensRequired: boolean
}

/** Longer than clients keep an idle connection, so that the server is never the one who closes under a request. */
const KEEP_ALIVE = 120_000

/**
 * Serves the Logs Query API over a backend (`shared/reference/azure-contract.md` A and F). Resolves when it listens;
 * throws ConfigError when the port cannot be had.
 */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const settings = settle(options)
  const host = options.host ?? '127.0.0.1'
  const caFile = typeof options.tls === 'object' ? options.tls.caFile : undefined
  const certificate = options.tls ? await issueCertificate(host, caFile, settings.clock) : undefined
  let url = ''
  const state: EmulatorState = {
    settings,
    authority: createAuthority(settings.identity, settings.clock, () => url),
    journal: createJournal(),
    faults: createFaultScript(),
    cache: createAnswerCache(settings.clock),
    sentinel: createSentinelStore(settings.clock, settings.newId),
    streams: createStreamStore(),
    rates: settings.rates && createRateLimits(settings.rates, settings.clock, settings.requireTokens),
    url: () => url,
  }
  const server = createServer(certificate, (request, response) => void serve(request, response, state))
  server.keepAliveTimeout = KEEP_ALIVE
  try {
    url = await listen(server, host, options.port ?? 0, certificate === undefined ? 'http' : 'https')
  } catch (error) {
    await certificate?.remove()
    throw error
  }
  return { url, description: describe(state, certificate), close: () => close(server, certificate) }
}

function createServer(
  certificate: ServerCertificate | undefined,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (certificate === undefined) return createHttpServer(listener)
  return createHttpsServer({ key: certificate.key, cert: certificate.cert }, listener)
}

async function listen(server: Server, host: string, port: number, scheme: string): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => resolve())
    })
  } catch (error) {
    throw new ConfigError({
      code: 'config/listen',
      message: `the emulator cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'choose another --port or --host; 0 takes any free port',
      cause: error,
    })
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

function describe(state: EmulatorState, certificate: ServerCertificate | undefined): EmulatorDescription {
  const { identity, workspaces, requireTokens } = state.settings
  const url = state.url()
  return {
    url,
    tokenEndpoint: `${url}/${identity.tenantId}/oauth2/v2.0/token`,
    authorityHost: url,
    ca: certificate?.caFile ?? null,
    workspace: [...(workspaces?.keys() ?? [])][0] ?? DEFAULT_WORKSPACE,
    tenantId: identity.tenantId,
    clientId: identity.clientId,
    tokensRequired: requireTokens,
  }
}

async function close(server: Server, certificate: ServerCertificate | undefined): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
  await certificate?.remove()
}
