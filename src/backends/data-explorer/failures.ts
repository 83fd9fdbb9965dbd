import { KqlError } from '../../domain/errors.ts'
import type { HuntErrorOptions } from '../../domain/errors.ts'
import { deepestMessage } from '../../azure/index.ts'
import { auth, backend, config, is } from '../../kusto-service/failures.ts'
import type { Failure, FailureRule, KustoCall } from '../../kusto-service/failures.ts'
import { originalPosition } from '../../kusto-service/query-text.ts'
import { orRaiseTimeout } from '../../kusto-service/timeout-seconds.ts'

/** `[line:position=2:7]`, line from 1 and position from 0, as the engine ends its sentences. */
const PLACE = /\.?\s*\[line:position=(\d+):(\d+)\]\.?/

/** What stands before the engine's own sentence. */
const PREAMBLE = /^Request is invalid and cannot be (?:processed|executed)\.?:?\s*/i

/**
 * Status by status: learn.microsoft.com, «Query V2 HTTP response» (body of a failure), «Query/management HTTP response» and «Kusto.Data
 * exceptions» (statuses). What is wrong with a query stands in `@message` alone.
 */
export const FAILURES: readonly FailureRule<KustoCall>[] = [
  {
    status: is(400),
    says: /syntax error|SYN\d{4}/i,
    failure: 'permanent',
    make: kql('kql/syntax'),
    code: 'kql/syntax',
    what: () => 'the service rejects the query',
    hint: () => 'hunt validate shows the place',
  },
  {
    status: is(400),
    says: /semantic error|SEM\d{4}/i,
    failure: 'permanent',
    make: kql('kql/semantic'),
    code: 'kql/semantic',
    what: () => 'the service rejects the query',
    hint: () =>
      'hunt validate shows the place and the known names; the database may lack a table, a column or a function that a workspace has',
  },
  {
    status: is(400),
    says: /database '?[^']*'? (?:could not be found|was not found)|entity ?not ?found/i,
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: ({ call }) => `there is no database for '${call.workspace}' at ${call.endpoint}`,
    hint: () => 'check cluster and database in hunt.yaml; database names are case-sensitive',
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
    what: () => 'the cluster rejects the access token',
    hint: () => 'check the credential, the tenant, the audience and the clock of this machine',
  },
  {
    status: is(403),
    failure: 'permanent',
    make: auth,
    code: 'auth/forbidden',
    what: ({ call }) => `the identity may not query '${call.workspace}'`,
    hint: () =>
      'give it the role Database Viewer: .add database <name> viewers ("aadapp=<client id>;<tenant id>"); in the Sentinel data lake, Log Analytics Reader on the workspace',
  },
  {
    status: is(404),
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: ({ call }) => `there is no cluster that answers queries at ${call.endpoint}`,
    hint: () => 'check cluster in hunt.yaml, for example https://contoso.westeurope.kusto.windows.net',
  },
  {
    status: is(429),
    failure: 'throttled',
    make: backend,
    code: 'backend/throttled',
    what: () => 'the cluster throttles: too much runs at the same time',
    hint: () => 'run fewer rules at the same time, or raise the request rate limit of the workload group',
  },
  {
    status: is(408, 504),
    failure: 'timeout',
    make: backend,
    code: 'backend/timeout',
    what: ({ call }) => `the query did not finish within the ${call.timeoutSeconds} s given to the service`,
    hint: ({ call }) => `narrow the window or filter earlier${orRaiseTimeout(call)}`,
  },
  {
    status: (status) => status >= 500,
    failure: 'unavailable',
    make: backend,
    code: 'backend/unavailable',
    what: ({ status }) => `the cluster, or a gateway before it, fails with status ${status}`,
    hint: () => 'try again later; a stopped cluster has to be started',
  },
  {
    status: () => true,
    failure: 'permanent',
    make: backend,
    code: 'backend/unexpected-status',
    what: ({ status, call }) =>
      `${call.endpoint} answers with status ${status}, which Azure Data Explorer does not use`,
    hint: () => 'check cluster in hunt.yaml and the proxy between',
  },
]

function kql(code: string): FailureRule<KustoCall>['make'] {
  return ({ error, call }: Failure<KustoCall>, options: HuntErrorOptions) => {
    const said = deepestMessage(error) ?? 'it gives no reason'
    const [, line, position] = PLACE.exec(said) ?? []
    const words = said.replace(PLACE, '').replace(PREAMBLE, '')
    return new KqlError({
      ...options,
      code,
      message: `the service rejects the query: ${words}`,
      position:
        line === undefined ? undefined : originalPosition(call.query, Number(line), Number(position), undefined),
    })
  }
}
