import type { HuntError, HuntErrorOptions } from '../../domain/errors.ts'
import { auth, backend, config, is } from '../../kusto-service/failures.ts'
import type { Failure, FailureRule, KustoCall } from '../../kusto-service/failures.ts'
import { kqlErrorOf } from '../../kusto-service/kql-failure.ts'
import { orRaiseTimeout } from '../../kusto-service/timeout-seconds.ts'

export interface CallContext extends KustoCall {
  readonly workspaceId: string
  /** Customer ids of further workspaces that the query reads too. */
  readonly furtherIds: readonly string[]
  readonly audience: string
}

const kql = ({ error, call }: Failure<CallContext>, options: HuntErrorOptions): HuntError =>
  kqlErrorOf(error, call.query, options)

const named = ({ call }: Failure<CallContext>): string => `workspace '${call.workspace}' (${call.workspaceId})`

/** `shared/reference/azure-contract.md` A6, status by status. */
export const FAILURES: readonly FailureRule<CallContext>[] = [
  {
    status: is(400),
    codes: ['SyntaxError', 'SemanticError'],
    failure: 'permanent',
    make: kql,
    code: 'kql/semantic',
    what: () => 'the service rejects the query',
    hint: () =>
      'hunt validate shows the place and the known names; a table exists only once its data connector has sent something',
  },
  {
    status: is(400),
    codes: ['FailedToResolveResource'],
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: (failure) => `the service does not know ${named(failure)}`,
    hint: () =>
      'set the workspace id (a GUID) as the portal shows it on the workspace overview, not the ARM id or the name',
  },
  {
    status: is(400, 413),
    failure: 'permanent',
    make: backend,
    code: 'backend/bad-request',
    what: () => 'the service refuses the request',
    hint: () => 'the query may be too long or malformed; the service code says which',
  },
  {
    status: is(403),
    codes: ['InvalidAuthenticationTokenAudience'],
    failure: 'permanent',
    make: auth,
    code: 'auth/wrong-audience',
    what: ({ call }) => `the service does not accept tokens for ${call.audience}`,
    hint: () =>
      'set the audience of the cloud: https://api.loganalytics.io, .us for US Government, .azure.cn for China',
  },
  {
    status: is(401, 403),
    codes: ['AuthenticationFailed', 'InvalidAuthenticationToken', 'InvalidTokenError', 'ExpiredAuthenticationToken'],
    failure: 'permanent',
    make: auth,
    code: 'auth/rejected',
    what: () => 'the service rejects the access token',
    hint: () => 'check the tenant, the authority host and the clock of this machine',
  },
  {
    status: is(403),
    failure: 'permanent',
    make: auth,
    code: 'auth/forbidden',
    what: (failure) => `the identity may not query ${named(failure)}`,
    hint: () =>
      'give it the role Log Analytics Reader or Microsoft Sentinel Reader on the workspace; a new assignment can take 60 minutes',
  },
  {
    status: is(401),
    failure: 'permanent',
    make: auth,
    code: 'auth/rejected',
    what: () => 'the service wants another login',
    hint: () => 'check the credential, the tenant and the clock of this machine',
  },
  {
    status: is(404),
    failure: 'permanent',
    make: config,
    code: 'config/unknown-workspace',
    what: (failure) => `there is no ${named(failure)} at ${failure.call.endpoint}`,
    hint: () =>
      'set the workspace id (a GUID, for example 00000000-1111-2222-3333-444444444444) and the endpoint of its cloud',
  },
  {
    status: is(204),
    failure: 'permanent',
    make: backend,
    code: 'backend/empty-workspace',
    what: (failure) => `${named(failure)} has never received data, so it answers nothing, not even columns`,
    hint: () => 'connect a data source, or check that this is the right workspace',
  },
  {
    status: is(429),
    failure: 'throttled',
    make: backend,
    code: 'backend/throttled',
    what: () => 'the service throttles this identity',
    hint: () =>
      'the limits are 200 requests in 30 s and 5 queries at once per identity; run fewer rules at the same time',
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
    what: ({ status }) => `the service, or a gateway before it, fails with status ${status}`,
    hint: () => 'try again later; the Azure status page says whether the region has a fault',
  },
  {
    status: () => true,
    failure: 'permanent',
    make: backend,
    code: 'backend/unexpected-status',
    what: ({ status, call }) => `${call.endpoint} answers with status ${status}, which the Logs Query API does not use`,
    hint: () => 'check the endpoint and the proxy between',
  },
]
