import { KqlError } from '../../domain/errors.ts'
import type { HuntErrorOptions } from '../../domain/errors.ts'
import { deepestMessage } from '../../azure/index.ts'
import { auth, backend, config, is } from '../../kusto-service/failures.ts'
import type { Failure, FailureRule, KustoCall } from '../../kusto-service/failures.ts'

/**
 * The words of the service's result limit: status 400 (learn.microsoft.com, «Advanced hunting API», Limitations; the portal's in
 * «Handle advanced hunting errors»).
 */
export const RESULT_TOO_LARGE = /exceeded the allowed result size|result size limit exceeded/i

/** What advanced hunting adds to the words of the engine. */
const ADVICE = /\.*\s*Fix (?:syntax|semantic) errors in your query\.?\s*$/i

/**
 * Status by status. The page on runHuntingQuery names none; these are those of Microsoft Graph («Microsoft Graph error responses»),
 * of its security API («Quotas and resource allocation»), and what users report: a query that the engine refuses is a 400
 * `BadRequest` with the engine's sentence and «Fix syntax errors in your query.» or «Fix semantic errors in your query.» behind it
 * (microsoftgraph/msgraph-sdk-powershell #3188), a failure of another kind a 500 or 504 `UnknownError` without words
 * (microsoftgraph/microsoft-graph-docs-contrib #1446, #1648). Only the sentences tell what is wrong with a query.
 */
export const FAILURES: readonly FailureRule<KustoCall>[] = [
  {
    status: is(400),
    says: /Fix syntax errors|query contains syntax errors|recognition error/i,
    failure: 'permanent',
    make: kql('kql/syntax'),
    code: 'kql/syntax',
    what: () => 'the service rejects the query',
    hint: () => 'hunt validate shows the place',
  },
  {
    status: is(400),
    says: /Fix semantic errors|semantic error|Failed to resolve|Unknown function/i,
    failure: 'permanent',
    make: kql('kql/semantic'),
    code: 'kql/semantic',
    what: () => 'the service rejects the query',
    hint: hintForNames,
  },
  {
    status: is(400),
    says: /exceeded the allowed limits|excessive resource consumption|preempted/i,
    failure: 'permanent',
    make: backend,
    code: 'backend/query-too-heavy',
    what: () => 'the service stopped the query, for it took too much of processor or memory',
    hint: () => 'filter before join, summarize and make_set, or use a shorter window',
  },
  {
    status: is(400),
    says: /timeout period|timed out/i,
    failure: 'timeout',
    make: backend,
    code: 'backend/timeout',
    what: () => 'the query ran into the time limit of the service',
    hint: () => 'narrow the window or filter earlier; the service allows three minutes',
  },
  {
    status: is(400, 413),
    failure: 'permanent',
    make: backend,
    code: 'backend/bad-request',
    what: () => 'the service refuses the request',
    hint: () => 'the query may be too long or malformed; what the service says tells which',
  },
  {
    status: is(401),
    failure: 'permanent',
    make: auth,
    code: 'auth/rejected',
    what: () => 'Microsoft Graph rejects the access token',
    hint: () => 'check the credential, the tenant, the cloud and the clock of this machine',
  },
  {
    status: is(403),
    failure: 'permanent',
    make: auth,
    code: 'auth/forbidden',
    what: ({ call }) => `the identity may not hunt in '${call.workspace}'`,
    hint: () =>
      'give it the application permission ThreatHunting.Read.All of Microsoft Graph, with the consent of an administrator; the tenant needs Microsoft Defender XDR',
  },
  {
    status: is(404),
    failure: 'permanent',
    make: config,
    code: 'config/endpoint',
    what: ({ call }) => `there is no advanced hunting at ${call.endpoint}`,
    hint: () =>
      'check cloud and graphEndpoint: advanced hunting is in the public cloud and in those of the US government',
  },
  {
    status: is(429),
    failure: 'throttled',
    make: backend,
    code: 'backend/throttled',
    what: () => 'the tenant has used what it may of advanced hunting',
    hint: () =>
      'the limits are 45 calls a minute, or more by size, and processor time for each 15 minutes: run fewer rules at the same time, and filter earlier',
  },
  {
    status: is(408, 504),
    failure: 'timeout',
    make: backend,
    code: 'backend/timeout',
    what: () => 'the query did not finish within the time that the service gives',
    hint: () => 'narrow the window or filter earlier; the service allows three minutes',
  },
  {
    status: (status) => status >= 500,
    failure: 'unavailable',
    make: backend,
    code: 'backend/unavailable',
    what: ({ status }) => `the service, or a gateway before it, fails with status ${status}`,
    hint: () => 'try again later; a query that always fails so may be too heavy: filter earlier',
  },
  {
    status: () => true,
    failure: 'permanent',
    make: backend,
    code: 'backend/unexpected-status',
    what: ({ status, call }) => `${call.endpoint} answers with status ${status}, which advanced hunting does not use`,
    hint: () => 'check graphEndpoint and the proxy between',
  },
]

function kql(code: string): FailureRule<KustoCall>['make'] {
  return ({ error, call }: Failure<KustoCall>, options: HuntErrorOptions) => {
    const said = (deepestMessage(error) ?? 'it gives no reason').replace(ADVICE, '')
    const position = placeOf(said, call.query.original)
    return new KqlError({ ...options, code, message: `the service rejects the query: ${said}`, position })
  }
}

/** Advanced hunting drops line and column, and leaves the name. */
function placeOf(said: string, query: string): { offset: number; length: number } | undefined {
  const [, name] = /(?:named|function:|parsed at) '([^'\n]+)'/.exec(said) ?? []
  if (name === undefined) return undefined
  const offset = /^\w+$/.test(name) ? query.search(new RegExp(`\\b${name}\\b`)) : query.indexOf(name)
  return offset < 0 ? undefined : { offset, length: name.length }
}

function hintForNames({ error }: Failure<KustoCall>): string {
  const said = deepestMessage(error) ?? ''
  if (said.includes("'TimeGenerated'")) {
    return 'tables of Defender XDR have Timestamp; hunt gives those that its catalogue knows with it a TimeGenerated too, but not where the query uses withsource, isfuzzy, find, search or table(): use Timestamp there'
  }
  if (/table/.test(said)) {
    return 'a tenant has only the tables of products that it is licensed for; an application without ThreatHunting.Read.All sees none. hunt doctor shows which are there'
  }
  return 'hunt validate shows the place and the known names'
}
