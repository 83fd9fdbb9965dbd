import type { TokenCredential } from '@azure/core-auth'
import { LogsQueryClient } from '@azure/monitor-query'
import { createCredential, servicesOf, trustedCertificates } from '../../azure/index.ts'
import type { AzureCredential, Services } from '../../azure/index.ts'
import { AuthError, ConfigError } from '../../domain/errors.ts'
import type { Backend, QueryRequest } from '../../domain/ports.ts'
import { seconds } from '../../time/duration.ts'
import { tryOnce } from './attempt.ts'
import type { CallContext } from './failures.ts'
import { reachOf } from './kept-window.ts'
import type { NamedWorkspace } from './kept-window.ts'
import type { AzureLogsOptions, AzureWorkspace } from './options.ts'
import { queryText } from '../../kusto-service/query-text.ts'
import { withoutWhatIsGone } from '../../kusto-service/retention.ts'
import { askWithRetries, graceOf, spoolFolderOf } from '../../kusto-service/service-options.ts'
import { timeoutSeconds } from '../../kusto-service/timeout-seconds.ts'
import { createResponseTap, type ResponseTap } from './response-tap.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The service's own bounds for `Prefer: wait`; contract A2. */
const LONGEST_TIMEOUT = seconds(600)

/**
 * Runs KQL in Log Analytics workspaces through the Logs Query API. Throws ConfigError at once for settings that cannot
 * work; contacts nobody before the first query.
 */
export function createAzureLogsBackend(options: AzureLogsOptions): Backend {
  checkWorkspaces(options.workspaces)
  const services = servicesOf(options)
  const tap = createResponseTap({ plain: services.isPlainEmulator, spoolFolder: spoolFolderOf(options) })
  const clients = new Map<AzureCredential, LogsQueryClient>()
  const clientFor = clientsByCredential(options, services, tap, clients)
  clientFor(options.credential)
  return {
    name: 'azure',
    async query(request, signal) {
      const { workspace, read, call } = describeCall(request, options, services)
      const login = workspace.credential ?? options.credential
      const client = clientFor(login)
      const attempt = {
        client,
        tap,
        call,
        window: request.window,
        grace: graceOf(options),
        clock: options.clock,
        signal,
      }
      const reach = reachOf(request, read, options, signal)
      // Awaited below, and of no interest where the query fails.
      reach.catch(() => undefined)
      const ask = askWithRetries(request.workspace, () => tryOnce(attempt), options, signal)
      const result = await ask.catch((error: unknown) => {
        // The client keeps its token until that expires, and the service wants it no more: the next query logs in anew.
        if (error instanceof AuthError && error.code === 'auth/rejected') clients.delete(login)
        throw error
      })
      try {
        const kept = { retention: await reach, hint: RETENTION_HINT }
        return withoutWhatIsGone(result, request, kept, options.clock)
      } catch (error) {
        result.release?.()
        throw error
      }
    },
    // The client's idle connections do not keep the process alive, and it holds nothing else.
    close: async () => options.keptLogs?.close(),
  }
}

/** One client a credential: its pipeline caches the token. */
function clientsByCredential(
  options: AzureLogsOptions,
  { endpoint, audience, authorityHost, isPlainEmulator }: Services,
  tap: ResponseTap,
  clients: Map<AzureCredential, LogsQueryClient>,
): (credential: AzureCredential) => LogsQueryClient {
  const ca = trustedCertificates(options.caFiles ?? [])
  const tlsOptions = ca === undefined ? {} : { tlsOptions: { ca: [...ca] } }
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
        // The token must not go elsewhere, and a query that is sent round in circles costs one each time.
        redirectOptions: { maxRetries: 0 },
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

function describeCall(
  request: QueryRequest,
  options: AzureLogsOptions,
  services: Services,
): { workspace: AzureWorkspace; read: readonly NamedWorkspace[]; call: CallContext } {
  const workspace = options.workspaces.get(request.workspace)
  if (workspace === undefined) {
    const known = [...options.workspaces.keys()].map((name) => `'${name}'`).join(', ')
    throw new ConfigError({
      code: 'config/unknown-workspace',
      message: `no workspace is configured under the name '${request.workspace}'`,
      hint: known === '' ? 'set the workspace id, for example in HUNT_WORKSPACE_ID' : `configured: ${known}`,
    })
  }
  const further = furtherWorkspaces(request, workspace, options)
  const call: CallContext = {
    workspace: request.workspace,
    workspaceId: workspace.id,
    context: { workspaceId: workspace.id },
    furtherIds: further.map(([, { id }]) => id),
    endpoint: services.endpoint,
    audience: services.audience,
    timeoutSeconds: timeoutSeconds(request.timeout, workspace.timeout, LONGEST_TIMEOUT),
    query: queryText(request.query, request.now, request.variables),
  }
  return { workspace, read: [[request.workspace, workspace], ...further], call }
}

const RETENTION_HINT =
  'hunt doctor shows how long workspace and tables keep their logs; retention in hunt.yaml overrules what the service says'

/** The service takes a hundred workspaces a query, and one token for all of them; contract A7 and A8. */
const MOST_WORKSPACES = 100

function furtherWorkspaces(
  { across = [], workspace: name }: QueryRequest,
  own: AzureWorkspace,
  { workspaces, credential }: AzureLogsOptions,
): readonly NamedWorkspace[] {
  const found = new Map<string, AzureWorkspace>()
  for (const wanted of across) {
    const named = [...workspaces].filter(([other, { tags = [] }]) => {
      return [other, ...tags].some((each) => each.toLowerCase() === wanted.toLowerCase())
    })
    if (named.length === 0) throw unknownAcross(wanted, [...workspaces.keys()])
    for (const [other, workspace] of named) if (other !== name) found.set(other, workspace)
  }
  for (const [other, workspace] of found) {
    if ((workspace.credential ?? credential) !== (own.credential ?? credential)) throw otherLogin(name, other)
  }
  if (found.size >= MOST_WORKSPACES) throw tooMany(found.size + 1)
  return [...found]
}

function unknownAcross(wanted: string, known: readonly string[]): ConfigError {
  return new ConfigError({
    code: 'config/unknown-workspace',
    message: `the query is to read the workspace '${wanted}' too, and none has that name or tag`,
    hint: `hunt.across of the rule names workspaces of hunt.yaml; configured: ${known.map((name) => `'${name}'`).join(', ')}`,
  })
}

function otherLogin(name: string, other: string): ConfigError {
  return new ConfigError({
    code: 'config/across-credential',
    message: `one query cannot read '${name}' and '${other}': they are configured with different credentials or tenants`,
    hint: 'a query has one login; give both the same credential in hunt.yaml, or let the rule run in each by itself',
  })
}

function tooMany(count: number): ConfigError {
  return new ConfigError({
    code: 'config/too-many-workspaces',
    message: `the query is to read ${count} workspaces, and the service allows ${MOST_WORKSPACES}`,
    hint: 'choose fewer in hunt.across of the rule',
  })
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
