import {
  createCredential,
  createStreamingClient,
  deepestMessage,
  newRequestId,
  parseErrorBody,
  servicesOf,
  trustedCertificates,
} from '../../azure/index.ts'
import type { AzureCredential, StreamingClient } from '../../azure/index.ts'
import { BackendError, ConfigError } from '../../domain/errors.ts'
import type { Backend, QueryRequest, QueryResult } from '../../domain/ports.ts'
import type { Window } from '../../domain/time.ts'
import { askOnce } from '../../kusto-service/ask-once.ts'
import { boundTables, type QueriedTable } from '../../kusto-service/bound-tables.ts'
import { contextOf, type KustoCall, type KustoExchange } from '../../kusto-service/failures.ts'
import { queryText } from '../../kusto-service/query-text.ts'
import { BEYOND_RETENTION, withoutWhatIsGone } from '../../kusto-service/retention.ts'
import { askWithRetries, graceOf, spoolFolderOf } from '../../kusto-service/service-options.ts'
import { timeoutSeconds } from '../../kusto-service/timeout-seconds.ts'
import { formatDuration, minutes } from '../../time/duration.ts'
import { formatInstant, minus } from '../../time/instant.ts'
import { FAILURES, RESULT_TOO_LARGE } from './failures.ts'
import { readHuntingAnswer, type HuntingAnswer } from './hunting-answer.ts'
import type { DefenderTenant, DefenderXdrOptions } from './options.ts'

/** `POST /security/runHuntingQuery` of Microsoft Graph; beta has nothing more that a hunt needs. */
const PATH = '/v1.0/security/runHuntingQuery'

/** «If a single request runs for more than three minutes, it times out» (Graph, «Quotas and resource allocation»). */
const LONGEST_TIMEOUT = minutes(3)

/** «Results can return up to 100,000 rows» (same page). No flag tells of rows left out, so that many are never all. */
const MOST_ROWS = 100_000

/**
 * Runs KQL in Microsoft Defender XDR (advanced hunting) through Microsoft Graph. Throws ConfigError at once for settings that
 * cannot work; contacts nobody before the first query.
 */
export function createDefenderXdrBackend(options: DefenderXdrOptions): Backend {
  const endpoint = graphEndpoint(options)
  const clientFor = clientsByCredential(options, endpoint)
  for (const { credential } of options.tenants.values()) clientFor(credential)
  return {
    name: 'defender-xdr',
    async query(request, signal) {
      const tenant = tenantOf(request, options)
      refuseBeyondRetention(request, tenant, options)
      const tables = await options.tablesOf(request.query)
      const call = describeCall(request, { endpoint, tenant }, tables)
      const result = await askWithRetries(
        request.workspace,
        () => tryOnce(clientFor(tenant.credential), { request, call, options, signal }),
        options,
        signal,
      )
      const kept = { retention: tenant.retention, hint: RETENTION_HINT }
      return withoutWhatIsGone(result, request, kept, options.clock)
    },
    // The client's idle connections do not keep the process alive, and it holds nothing else.
    close: async () => undefined,
  }
}

function graphEndpoint(options: DefenderXdrOptions): string {
  const { graphAudience } = servicesOf(options)
  if (options.graphEndpoint !== undefined) return options.graphEndpoint
  if (graphAudience !== undefined) return graphAudience
  throw new ConfigError({
    code: 'config/no-such-service',
    message: `Microsoft Defender XDR cannot be asked in the cloud "${options.cloud ?? 'public'}": Microsoft Graph has no advanced hunting there`,
    hint: 'search its tables in a Log Analytics workspace, to which its data can be streamed',
  })
}

/** One client a credential: its pipeline caches the token. */
function clientsByCredential(options: DefenderXdrOptions, endpoint: string): (of: AzureCredential) => StreamingClient {
  const ca = trustedCertificates(options.caFiles ?? [])
  // Also judges the endpoint: tokens go over https only.
  const { authorityHost } = servicesOf({ ...options, endpoint })
  const audience = servicesOf(options).graphAudience ?? endpoint
  const clients = new Map<AzureCredential, StreamingClient>()
  return (of) => {
    const known = clients.get(of)
    if (known !== undefined) return known
    const credential = createCredential(of, { authorityHost, ca })
    const client = createStreamingClient({ endpoint, audience, credential, ca })
    clients.set(of, client)
    return client
  }
}

function tenantOf({ workspace, across = [] }: QueryRequest, { tenants }: DefenderXdrOptions): DefenderTenant {
  const tenant = tenants.get(workspace)
  if (tenant === undefined) {
    throw new ConfigError({
      code: 'config/unknown-workspace',
      message: `no tenant of Defender XDR is configured under the name '${workspace}'`,
      hint: `configured: ${[...tenants.keys()].map((name) => `'${name}'`).join(', ')}`,
    })
  }
  if (across.length === 0) return tenant
  throw new ConfigError({
    code: 'config/across-service',
    message: `a query in '${workspace}' cannot read '${across.join("', '")}' too: advanced hunting asks one tenant`,
    hint: 'leave hunt.across away, or run the rule in Log Analytics workspaces only (hunt.workspaces)',
  })
}

const RETENTION_HINT =
  'where the tables are streamed to Microsoft Sentinel and kept longer, say so with retention in hunt.yaml'

/** What is no longer there would be searched in vain, and count as searched. */
function refuseBeyondRetention(
  { window, workspace }: QueryRequest,
  { retention }: DefenderTenant,
  { clock }: DefenderXdrOptions,
): void {
  if (window === undefined || window.end > minus(clock.now(), retention)) return
  throw new BackendError({
    code: BEYOND_RETENTION,
    message: `'${workspace}' has logs of the last ${formatDuration(retention)}, and the window ends before, at ${formatInstant(window.end)}`,
    hint: `search a younger window; ${RETENTION_HINT}`,
    retryable: false,
    context: { workspace },
  })
}

const TIME_COLUMNS = ['Timestamp', 'TimeGenerated']

function describeCall(
  { query, now, window, variables, workspace, timeout }: QueryRequest,
  { endpoint, tenant }: { readonly endpoint: string; readonly tenant: DefenderTenant },
  tables: readonly QueriedTable[],
): KustoCall {
  const furtherSteps = ({ columns }: QueriedTable): readonly string[] =>
    columns?.includes('Timestamp') === true && TIME_GENERATED.test(query) ? ['extend TimeGenerated = Timestamp'] : []
  const statements = boundTables(query, tables, { window, timeColumns: TIME_COLUMNS, furtherSteps })
  return {
    workspace,
    endpoint,
    timeoutSeconds: timeoutSeconds(timeout, tenant.timeout, LONGEST_TIMEOUT),
    query: queryText(query, now, variables, statements),
    context: {},
  }
}

/**
 * Rules written for Sentinel read `TimeGenerated`, which tables of Defender XDR have only where they are streamed there; there it is
 * the time of the event, `Timestamp`, unless the record came more than 48 hours late (learn.microsoft.com, «Advanced hunting with
 * Microsoft Sentinel data», Known issues, which advises `Timestamp`).
 */
const TIME_GENERATED = /\b(?:TimeGenerated|getschema)\b/

interface Attempt {
  readonly request: QueryRequest
  readonly call: KustoCall
  readonly options: DefenderXdrOptions
  readonly signal: AbortSignal
}

async function tryOnce(client: StreamingClient, { request, call, options, signal }: Attempt): Promise<QueryResult> {
  const requestId = newRequestId()
  const document = JSON.stringify({ Query: call.query.text, ...timespan(request.window) })
  // Graph returns what it is given, in its errors too (learn.microsoft.com, «Best practices for Microsoft Graph»).
  const headers = { 'client-request-id': requestId }
  const asked = await askOnce({
    send: (sending) => client.post(PATH, document, headers, sending),
    requestId,
    call,
    failures: FAILURES,
    read: (body) => readHuntingAnswer(body, spoolFolderOf(options)),
    grace: graceOf(options),
    clock: options.clock,
    signal,
  })
  if (asked.answer !== undefined) return resultOf(asked.answer, asked.exchange, call)
  const said = deepestMessage(parseErrorBody(asked.exchange.errorBody ?? '')) ?? ''
  if (asked.exchange.status === 400 && RESULT_TOO_LARGE.test(said)) return nothingOf(said, asked.exchange, call)
  throw asked.failure
}

/**
 * Without it the service looks back 30 days. It says neither which column it means nor whether the end belongs to it, so the
 * tables of the query are narrowed as well (bound-tables.ts); the shorter of both holds («Timespan» on the page of runHuntingQuery).
 */
function timespan(window: Window | undefined): { Timespan?: string } {
  return window === undefined ? {} : { Timespan: `${formatInstant(window.start)}/${formatInstant(window.end)}` }
}

function resultOf({ columns, rows, release }: HuntingAnswer, exchange: KustoExchange, call: KustoCall): QueryResult {
  const common = { table: { columns, rows }, warnings: [], ...(release === undefined ? {} : { release }) }
  if (rows.length < MOST_ROWS) return { status: 'complete', ...common }
  return partial(common, `the result has ${rows.length} rows, the most that the service returns`, exchange, call)
}

/** The service gives not even the part that fits. */
function nothingOf(said: string, exchange: KustoExchange, call: KustoCall): QueryResult {
  return partial({ table: { columns: [], rows: [] }, warnings: [] }, said, exchange, call)
}

function partial(
  common: Pick<QueryResult, 'table' | 'warnings' | 'release'>,
  why: string,
  exchange: KustoExchange,
  call: KustoCall,
): QueryResult {
  return {
    status: 'partial',
    ...common,
    partialError: {
      code: 'backend/result-truncated',
      message: `the result is larger than the service returns, and the rest is missing: ${why}`,
      hint: 'at most 100,000 rows or 50 MB: summarize, project fewer columns, or use a shorter window',
      retryable: false,
      context: contextOf(exchange, call),
    },
  }
}
