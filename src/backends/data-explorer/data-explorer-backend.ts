import { createCredential, isPlainEmulator, newRequestId, servicesOf, trustedCertificates } from '../../azure/index.ts'
import type { AzureCredential } from '../../azure/index.ts'
import { ConfigError } from '../../domain/errors.ts'
import type { Backend, QueryRequest, QueryResult } from '../../domain/ports.ts'
import { readFrames, type FrameAnswer } from '../../kusto-service/answer.ts'
import { askOnce } from '../../kusto-service/ask-once.ts'
import { boundTables, type QueriedTable } from '../../kusto-service/bound-tables.ts'
import { contextOf, failureOfAnswer, type KustoCall, type KustoExchange } from '../../kusto-service/failures.ts'
import { partialErrorOf, severalResults } from '../../kusto-service/partial.ts'
import { queryText } from '../../kusto-service/query-text.ts'
import { withoutWhatIsGone } from '../../kusto-service/retention.ts'
import { askWithRetries, graceOf, spoolFolderOf } from '../../kusto-service/service-options.ts'
import { timeoutSeconds } from '../../kusto-service/timeout-seconds.ts'
import { minutes } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import { FAILURES } from './failures.ts'
import { errorsOf, warningsOf } from './frame-errors.ts'
import { createKustoClient, type KustoClient } from './kusto-client.ts'
import type { DataExplorerDatabase, DataExplorerOptions } from './options.ts'

/** «Query limits»: a query may run for an hour; hunt's own setting allows less. */
const LONGEST_TIMEOUT = minutes(60)

const RETENTION_HINT = 'or say with retention in hunt.yaml that the database keeps more'

const DEFAULT_TIME_COLUMN = 'TimeGenerated'

/**
 * Runs KQL in databases of Azure Data Explorer through azure-kusto-data, whose answers are read from the wire (kusto-client.ts). Throws
 * ConfigError at once for settings that cannot work; contacts nobody before the first query.
 */
export function createDataExplorerBackend(options: DataExplorerOptions): Backend {
  const clients = clientsOf(options)
  return {
    name: 'data-explorer',
    async query(request, signal) {
      const database = options.databases.get(request.workspace)
      const client = clients.get(request.workspace)
      if (database === undefined || client === undefined) throw unknownWorkspace(request, options)
      if (request.across !== undefined && request.across.length > 0) throw notAcross(request)
      const call = describeCall(request, database, await options.tablesOf(request.query))
      const result = await askWithRetries(
        request.workspace,
        () => tryOnce(client, { request, call, database, options, signal }),
        options,
        signal,
      )
      const kept = { retention: database.retention, hint: RETENTION_HINT }
      return withoutWhatIsGone(result, request, kept, options.clock)
    },
    // The client's idle connections do not keep the process alive, and it holds nothing else.
    close: async () => undefined,
  }
}

/** One credential for all databases of a login: it caches its tokens. */
function clientsOf(options: DataExplorerOptions): ReadonlyMap<string, KustoClient> {
  const { authorityHost } = servicesOf(options)
  const ca = trustedCertificates(options.caFiles ?? [])
  const credentials = new Map<AzureCredential, ReturnType<typeof createCredential>>()
  const credentialFor = (login: AzureCredential) => {
    const credential = credentials.get(login) ?? createCredential(login, { authorityHost, ca })
    credentials.set(login, credential)
    return credential
  }
  const clientFor = ({ cluster, credential, audience = new URL(cluster).origin }: DataExplorerDatabase) => {
    // Judges the address: tokens go over https only.
    isPlainEmulator(cluster)
    return createKustoClient({ cluster, audience, authorityHost, credential: credentialFor(credential), ca })
  }
  return new Map([...options.databases].map(([name, database]) => [name, clientFor(database)]))
}

function unknownWorkspace({ workspace }: QueryRequest, { databases }: DataExplorerOptions): ConfigError {
  return new ConfigError({
    code: 'config/unknown-workspace',
    message: `no database is configured under the name '${workspace}'`,
    hint: `configured: ${[...databases.keys()].map((name) => `'${name}'`).join(', ')}`,
  })
}

function notAcross({ workspace, across = [] }: QueryRequest): ConfigError {
  return new ConfigError({
    code: 'config/across-service',
    message: `a query in '${workspace}' cannot read '${across.join("', '")}' too: it asks one database`,
    hint: "name the other in the query, database('…').T or cluster('…').database('…').T, or run the rule in Log Analytics workspaces only (hunt.workspaces)",
  })
}

function describeCall(
  { query, now, window, variables, workspace, timeout }: QueryRequest,
  { cluster, database, timeColumn = DEFAULT_TIME_COLUMN, timeout: longest }: DataExplorerDatabase,
  tables: readonly QueriedTable[],
): KustoCall {
  // The catalogue tells of tables as a workspace has them; those of a database may have other columns.
  const unknown = tables.map(({ name }) => ({ name, columns: undefined }))
  return {
    workspace,
    endpoint: cluster,
    timeoutSeconds: timeoutSeconds(timeout, longest, LONGEST_TIMEOUT),
    query: queryText(query, now, variables, boundTables(query, unknown, { window, timeColumns: [timeColumn] })),
    context: { database },
  }
}

interface Attempt {
  readonly request: QueryRequest
  readonly call: KustoCall
  readonly database: DataExplorerDatabase
  readonly options: DataExplorerOptions
  readonly signal: AbortSignal
}

async function tryOnce(client: KustoClient, attempt: Attempt): Promise<QueryResult> {
  const { call, database, options, signal } = attempt
  const requestId = `hunt;${newRequestId()}`
  const question = {
    database: database.database,
    query: call.query.text,
    timeoutSeconds: call.timeoutSeconds,
    options: requestOptions(attempt),
    requestId,
  }
  const asked = await askOnce({
    send: (sending) => client.query(question, sending),
    requestId,
    call,
    failures: FAILURES,
    read: (body) => readFrames(body, spoolFolderOf(options)),
    grace: graceOf(options),
    clock: options.clock,
    signal,
  })
  if (asked.answer === undefined) throw asked.failure
  return resultOf(asked.answer, asked.exchange, call)
}

/**
 * «Request properties». The time scope is what Log Analytics too uses (Sentinel's alerts show it); whether its end belongs to it is not
 * said, so the tables of the query are narrowed as well (bound-tables.ts). It reaches what the query does not name: wildcards, functions.
 */
function requestOptions({ request: { window }, database }: Attempt): Record<string, string | boolean> {
  const { timeColumn = DEFAULT_TIME_COLUMN } = database
  return {
    request_readonly: true,
    // Frames of the whole, not of changes to it.
    results_progressive_enabled: false,
    ...(window === undefined
      ? {}
      : {
          query_datetimescope_column: timeColumn,
          query_datetimescope_from: formatInstant(window.start),
          query_datetimescope_to: formatInstant(window.end),
        }),
  }
}

function resultOf(answer: FrameAnswer, exchange: KustoExchange, call: KustoCall): QueryResult {
  const [error] = errorsOf(answer)
  const results = answer.tables.filter(({ kind }) => kind === 'PrimaryResult')
  const [first, ...others] = results
  if (first === undefined) {
    answer.release()
    const said = error === undefined ? 'it has no result' : partialErrorOf(error, {}).message
    throw failureOfAnswer(error === undefined ? 'unexpected-shape' : 'cut', said, exchange, call)
  }
  const common = {
    table: { columns: first.columns, rows: first.rows },
    warnings: warningsOf(answer),
    release: answer.release,
  }
  const context = contextOf(exchange, call)
  if (error !== undefined) return { status: 'partial', ...common, partialError: partialErrorOf(error, context) }
  if (others.length === 0) return { status: 'complete', ...common }
  const names = results.map(({ name }) => name)
  return { status: 'partial', ...common, partialError: severalResults(names, context) }
}
