import {
  Client,
  ClientRequestProperties,
  CloudSettings,
  KustoConnectionStringBuilder,
  kustoTrustedEndpoints,
  MatchRule,
} from 'azure-kusto-data'
import { createStreamingClient, type createCredential } from '../../azure/index.ts'
import type { StreamedReply, StreamingClient } from '../../azure/index.ts'
import { seconds } from '../../time/duration.ts'

export interface KustoCluster {
  /** Scheme, host and, for the data lake, path, without a slash at the end. */
  readonly cluster: string
  /** Resource of the tokens, without `/.default`. */
  readonly audience: string
  /** Undefined: that of the public cloud. */
  readonly authorityHost: string | undefined
  readonly credential: ReturnType<typeof createCredential>
  readonly ca?: readonly string[] | undefined
}

export interface KustoQuestion {
  readonly database: string
  readonly query: string
  /** For the service, which stops a query that takes longer. */
  readonly timeoutSeconds: number
  /** «Request properties» */
  readonly options: Readonly<Record<string, string | boolean>>
  readonly requestId: string
}

export interface KustoClient {
  /** Sends one query once. Rejects with what the network or the login says, or the signal's reason. */
  query(question: KustoQuestion, signal: AbortSignal): Promise<StreamedReply>
}

/**
 * azure-kusto-data for requests, with the answers as they come: by itself it has axios parse them, which rounds longs beyond 2^53 and
 * loses the headers of a refusal (`Retry-After`, the ids for support), makes Dates of datetimes, which cuts ticks, and cannot cancel one
 * query. So its requests travel through the pipeline that all services here share (login, proxy, certificates), in place of axios, and
 * its answers are given back raw.
 */
export function createKustoClient(address: KustoCluster): KustoClient {
  const { cluster } = address
  const { origin, hostname } = new URL(cluster)
  const wire = createStreamingClient({ ...address, endpoint: origin })
  // The name comes from the user's own settings, and the token is for that name: a lookalike gets none that is worth having.
  kustoTrustedEndpoints.addTrustedHosts([new MatchRule(hostname, true)], false)
  sayWhereToLogIn(address)
  // In place of the text that the builder parses, where `;` and `=` in an address mean something.
  const connection = new KustoConnectionStringBuilder(origin)
  connection.dataSource = cluster
  // By default the path of this program and who is logged in here.
  connection.applicationNameForTracing = 'hunt'
  connection.userNameForTracing = ''
  return {
    async query({ database, query, timeoutSeconds, options, requestId }, signal) {
      const properties = new ClientRequestProperties({ ...options }, {}, requestId)
      properties.raw = true
      properties.setTimeout(seconds(timeoutSeconds))
      // Costs nothing: it connects to nobody by itself.
      const client = new Client(connection)
      client.axiosInstance.defaults.adapter = (config) => carry(config, wire, signal)
      const answer: unknown = await client.executeQuery(database, query, properties)
      return answer as StreamedReply
    },
  }
}

/** The client would ask the cluster, by an axios of its own, which knows neither certificates nor a limit of time. */
function sayWhereToLogIn({ cluster, audience, authorityHost }: KustoCluster): void {
  const known = CloudSettings.defaultCloudInfo
  const LoginEndpoint = authorityHost ?? known.LoginEndpoint
  CloudSettings.writeToCache(cluster, { ...known, LoginEndpoint, KustoServiceResourceId: audience })
}

type Adapter = Extract<Client['axiosInstance']['defaults']['adapter'], (...given: never[]) => unknown>
type AdapterConfig = Parameters<Adapter>[0]

/** What axios would do with a request of the client. Every status is an answer here: what it means is for the caller. */
async function carry(
  config: AdapterConfig,
  wire: StreamingClient,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Adapter>>> {
  const { url = '', data, headers } = config
  const reply = await wire.post(url.slice(new URL(url).origin.length), String(data), plain(headers.toJSON()), signal)
  return { data: reply, status: reply.status, statusText: '', headers: {}, config }
}

/** What the pipeline says of itself it says better: it knows the codings that are read, and keeps connections. */
const OF_THE_WIRE = new Set(['accept-encoding', 'connection'])

function plain(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !OF_THE_WIRE.has(name.toLowerCase()))
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
