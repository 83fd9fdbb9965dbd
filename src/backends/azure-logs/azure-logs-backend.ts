import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import type { TokenCredential } from '@azure/core-auth'
import { LogsQueryClient, type LogsQueryOptions } from '@azure/monitor-query'
import { ConfigError, HuntError } from '../../domain/errors.ts'
import type { Backend, QueryRequest, QueryResult } from '../../domain/ports.ts'
import { seconds } from '../../time/duration.ts'
import { AnswerProblem } from './answer.ts'
import { createCredential } from './credential.ts'
import { failureOfAnswer, failureOfStatus, type CallContext } from './failures.ts'
import { servicesOf, type Services } from './cloud.ts'
import type { AzureCredential, AzureLogsOptions, AzureWorkspace } from './options.ts'
import { queryText } from './query-text.ts'
import { createResponseTap, type Exchange, type ResponseTap } from './response-tap.ts'
import { toQueryResult } from './result.ts'
import { FailedAttempt, withRetries } from './retry.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The service's own bounds for `Prefer: wait`; contract A2. */
const LONGEST_TIMEOUT = seconds(600)

const DEFAULT_GRACE = seconds(30)

/** What a query needs: fixed when the backend is made. */
interface Tools {
  readonly options: AzureLogsOptions
  readonly services: Services
  readonly tap: ResponseTap
  readonly clientFor: (credential: AzureCredential) => LogsQueryClient
}

/**
 * Runs KQL in Log Analytics workspaces through the Logs Query API. Throws ConfigError at once for settings that cannot
 * work; contacts nobody before the first query.
 */
export function createAzureLogsBackend(options: AzureLogsOptions): Backend {
  checkWorkspaces(options.workspaces)
  const services = servicesOf(options)
  const tap = createResponseTap({ plain: services.isPlainEmulator })
  const tools: Tools = { options, services, tap, clientFor: clientsByCredential(options, services, tap) }
  tools.clientFor(options.credential)
  return {
    name: 'azure',
    async query(request, signal) {
      const { workspace, call } = describeCall(request, tools)
      const client = tools.clientFor(workspace.credential ?? options.credential)
      return withRetries(() => attempt(client, call, request, tools, signal), options, signal)
    },
    // The client's idle connections do not keep the process alive, and it holds nothing else.
    close: async () => undefined,
  }
}

/** One client a credential: its pipeline caches the token. */
function clientsByCredential(
  options: AzureLogsOptions,
  { endpoint, audience, authorityHost, isPlainEmulator }: Services,
  tap: ResponseTap,
): Tools['clientFor'] {
  const ca = trustedCertificates(options.caFiles ?? [])
  const tlsOptions = ca === undefined ? {} : { tlsOptions: { ca: [...ca] } }
  const clients = new Map<AzureCredential, LogsQueryClient>()
  return (credential) => {
    const known = clients.get(credential)
    if (known !== undefined) return known
    const client = new LogsQueryClient(
      isPlainEmulator ? ANONYMOUS : createCredential(credential, { authorityHost, ca }),
      {
        // The client refuses tokens over http; the tap takes scheme and token off again, on this machine only.
        endpoint: endpoint.replace(/^http:/, 'https:'),
        audience,
        retryOptions: { maxRetries: 0 },
        additionalPolicies: [{ policy: tap.policy, position: 'perRetry' }],
        userAgentOptions: { userAgentPrefix: 'hunt' },
        ...tlsOptions,
      },
    )
    clients.set(credential, client)
    return client
  }
}

const ANONYMOUS: TokenCredential = {
  getToken: async () => ({ token: 'none', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
}

/** One request. Returns a complete or partial result, or throws FailedAttempt (see retry.ts) or HuntError. */
async function attempt(
  client: LogsQueryClient,
  call: CallContext,
  request: QueryRequest,
  { tap, options }: Tools,
  signal: AbortSignal,
): Promise<QueryResult> {
  const exchange: Exchange = { omitTimespan: request.window === undefined }
  // Real time, not the clock of the run: it bounds a connection. The client's own timeout would keep the process alive
  // to its end after every failed connection, since it forgets the timer; this one holds nothing.
  const patience = AbortSignal.timeout(seconds(call.timeoutSeconds) + (options.grace ?? DEFAULT_GRACE))
  const fault = await send(client, tap, call, request, exchange, signal, patience)
  if (fault instanceof HuntError) throw fault.retryable ? new FailedAttempt('network', undefined, () => fault) : fault
  if (fault instanceof AnswerProblem && !patience.aborted)
    throw failureOfAnswer(fault.kind, problemText(fault), exchange, call)
  if (patience.aborted) throw failureOfAnswer('silent', `nothing came within ${call.timeoutSeconds} s`, exchange, call)
  if (exchange.status === undefined) throw failureOfAnswer('network', networkText(fault), exchange, call)
  if (exchange.status !== 200) throw failureOfStatus(exchange, call, options.clock)
  if (exchange.answer === undefined) throw failureOfAnswer('cut', networkText(fault), exchange, call)
  const age = Number(exchange.headers?.['age'] ?? 0)
  if (age > 0) throw failureOfAnswer('stale', `it comes from a cache and is ${age} s old`, exchange, call)
  return toQueryResult(exchange.answer, exchange, call)
}

/** Sends the request and returns what went wrong with it, if anything; the exchange holds the rest. */
async function send(
  client: LogsQueryClient,
  tap: ResponseTap,
  call: CallContext,
  { window }: QueryRequest,
  exchange: Exchange,
  signal: AbortSignal,
  patience: AbortSignal,
): Promise<unknown> {
  const queryOptions: LogsQueryOptions = {
    serverTimeoutInSeconds: call.timeoutSeconds,
    includeQueryStatistics: true,
    abortSignal: AbortSignal.any([signal, patience]),
  }
  // Without a window the tap removes the member again; the client's types want one.
  const timespan =
    window === undefined ? { duration: '' } : { startTime: new Date(window.start), endTime: new Date(window.end) }
  try {
    await tap.observe(exchange, () => client.queryWorkspace(call.workspaceId, call.query.text, timespan, queryOptions))
    return undefined
  } catch (error) {
    // The user's own cancellation is no failure of the service: it goes up as it is.
    signal.throwIfAborted()
    return error
  }
}

function describeCall(
  request: QueryRequest,
  { options, services }: Tools,
): { workspace: AzureWorkspace; call: CallContext } {
  const workspace = options.workspaces.get(request.workspace)
  if (workspace === undefined) {
    const known = [...options.workspaces.keys()].map((name) => `'${name}'`).join(', ')
    throw new ConfigError({
      code: 'config/unknown-workspace',
      message: `no workspace is configured under the name '${request.workspace}'`,
      hint: known === '' ? 'set the workspace id, for example in HUNT_WORKSPACE_ID' : `configured: ${known}`,
    })
  }
  const call: CallContext = {
    workspace: request.workspace,
    workspaceId: workspace.id,
    endpoint: services.endpoint,
    audience: services.audience,
    timeoutSeconds: Math.max(1, Math.ceil(Math.min(request.timeout, LONGEST_TIMEOUT) / seconds(1))),
    query: queryText(request.query, request.now),
  }
  return { workspace, call }
}

function checkWorkspaces(workspaces: AzureLogsOptions['workspaces']): void {
  for (const [name, { id }] of workspaces) {
    if (GUID.test(id)) continue
    throw new ConfigError({
      code: 'config/workspace-id',
      message: `the id of workspace '${name}' is '${id}', which is not a GUID`,
      hint: 'take the workspace id from the portal, for example 00000000-1111-2222-3333-444444444444',
    })
  }
}

/** Node's roots and the given ones, or undefined when nothing is given. */
function trustedCertificates(files: readonly string[]): readonly string[] | undefined {
  if (files.length === 0) return undefined
  return [...rootCertificates, ...files.map(readCertificates)]
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError({
      code: 'config/ca-file',
      message: `the certificate authority file '${file}' cannot be read`,
      hint: 'name a PEM file that this user may read',
      cause: error,
    })
  }
}

function problemText(problem: AnswerProblem): string {
  return problem.cause instanceof Error ? `${problem.message} (${problem.cause.message})` : problem.message
}

/** The words of Node's network errors; the error object itself holds the request with its token and is dropped. */
function networkText(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
