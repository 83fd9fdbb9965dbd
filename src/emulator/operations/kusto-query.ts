import { KqlError } from '../../domain/errors.ts'
import type { Duration, Instant, Window } from '../../domain/time.ts'
import { minutes, seconds } from '../../time/duration.ts'
import { parseInstant } from '../../time/instant.ts'
import { bearerToken } from '../bearer-token.ts'
import { framesText } from '../kusto/frames-text.ts'
import { asKustoFault, kustoFault, kustoQueryFault, oneApiError, type OneApiError } from '../kusto/kusto-errors.ts'
import { streamed, type Reply } from '../reply.ts'
import { limitResult } from '../result-limit.ts'
import type { EmulatorLimits } from '../options.ts'
import { firstWorkspace, QueryTookTooLong, runQuery } from '../run-query.ts'
import { gatewayTimeout, internalError, invalidRequest, ServiceFault, unauthenticated } from '../service-errors.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

/** «Query limits»: four minutes unless `servertimeout` says otherwise, an hour at most. */
const DEFAULT_WAIT = minutes(4)
const LONGEST_WAIT = minutes(60)

const MEMBERS = ['db', 'csl', 'properties']

/** «Request properties», as far as something is done with them, or nothing need be. */
const OPTIONS = [
  'servertimeout',
  'norequesttimeout',
  'notruncation',
  'truncationmaxrecords',
  'truncationmaxsize',
  'request_readonly',
  'results_progressive_enabled',
  'query_datetimescope_column',
  'query_datetimescope_from',
  'query_datetimescope_to',
]

/** `POST /v2/rest/query` of Azure Data Explorer, and of the Sentinel data lake under its path. */
export const kustoQuery: Operation = {
  methods: ['POST'],
  path: /^(?:\/lake\/kql)?\/v2\/rest\/query$/,
  ofService: true,
  waitsItself: true,
  family: 'kusto',
  async handle(call, state) {
    try {
      await authorize(call, state)
      return await answer(call, state)
    } catch (error) {
      throw asKustoFault(error instanceof ServiceFault ? error : internalError(String(error)))
    }
  },
}

/** A cluster is an audience by its own address, as the whole emulator is, and by the one that all clusters share («Kusto authentication»). */
async function authorize({ request }: Call, { settings, authority }: EmulatorState): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  if (token === undefined) throw unauthenticated()
  try {
    await authority.check(token, ['https://kusto.kusto.windows.net', 'https://api.securityplatform.microsoft.com'])
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    throw kustoFault(
      401,
      oneApiError('Unauthorized', 'KustoRequestDeniedException', error.envelope.error.message, true),
    )
  }
}

async function answer(call: Call, state: EmulatorState): Promise<Reply> {
  const { settings } = state
  const { query, window, wait, limits } = readBody(call, state)
  const enough = { rows: limits.records, bytes: limits.bytes }
  const { result } = await runQuery({ query, window, wait, enough }, firstWorkspace(state), call, state).catch(
    (error: unknown) => {
      throw asFault(error, query)
    },
  )
  const records = Math.min(call.distortion.records ?? limits.records, limits.records)
  const limited = limitResult(result.table, { records, bytes: limits.bytes })
  const error = limited.error === undefined ? stopped(call, result.partialError?.message) : TOO_LARGE
  return streamed(framesText(limited.table, error), { 'x-ms-activity-id': settings.newId() })
}

/** «Result truncation» and «Runaway queries»: code and symbol of the engine in the words. */
const TOO_LARGE = oneApiError(
  'LimitsExceeded',
  'KustoServicePartialQueryFailureLimitsExceededException',
  'Query execution has exceeded the allowed limits (80DA0003): The results of this query exceed the set limit (E_QUERY_RESULT_SET_TOO_LARGE).',
  false,
)

function stopped({ distortion }: Call, reason: string | undefined): OneApiError | undefined {
  const words = distortion.partial === true ? 'an operator ran out of memory (E_RUNAWAY_QUERY)' : reason
  if (words === undefined) return undefined
  const type = 'KustoServicePartialQueryFailureLowMemoryConditionException'
  return oneApiError(
    'LowMemoryCondition',
    type,
    `Query execution lacks memory resources to complete (80DA0001): ${words}.`,
    false,
  )
}

function asFault(error: unknown, query: string): unknown {
  if (error instanceof KqlError) return kustoQueryFault(error, query)
  if (error instanceof QueryTookTooLong) return gatewayTimeout()
  return error
}

interface KustoBody {
  readonly query: string
  readonly window: Window | undefined
  readonly wait: Duration
  readonly limits: Limits
}

type Limits = Pick<EmulatorLimits, 'records' | 'bytes'>

function readBody({ body }: Call, { settings: { strict, limits } }: EmulatorState): KustoBody {
  const value = parseBag(body)
  if (strict) checkNames(value, MEMBERS, 'member')
  const { db, csl, properties } = value
  if (typeof db !== 'string' || db === '') throw invalidRequest('The member db is missing or empty')
  if (typeof csl !== 'string' || csl.trim() === '') throw invalidRequest('The member csl is missing or empty')
  // azure-kusto-data for Python sends the properties as text that holds the JSON.
  const bag = typeof properties === 'string' ? parseBag(properties) : bagOf(properties ?? {}, 'properties')
  if (strict) checkNames(bag, PROPERTIES, 'member of properties')
  // Their values would not reach the query, whose defaults would answer instead.
  const parameter = Object.keys(bagOf(bag['Parameters'] ?? {}, 'Parameters'))[0]
  if (parameter !== undefined)
    throw invalidRequest(`The emulator cannot give the query parameter '${parameter}' its value`)
  const named = bagOf(bag['Options'] ?? {}, 'Options')
  if (strict) checkNames(named, OPTIONS, 'request property')
  const wait = named['norequesttimeout'] === true ? LONGEST_WAIT : waitOf(named['servertimeout'])
  return { query: csl, window: windowOf(named), wait, limits: limitsOf(named, limits) }
}

const PROPERTIES = ['Options', 'Parameters', 'ClientRequestId']

/** «Result truncation»: a request may ask for less, for more, or for all. */
function limitsOf(options: Readonly<Record<string, unknown>>, { records, bytes }: Limits): Limits {
  if (options['notruncation'] === true) return { records: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }
  const given = (name: string, otherwise: number): number => {
    const value = options[name] ?? otherwise
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
    throw invalidRequest(`The request property ${name} is no whole number above 0`)
  }
  return { records: given('truncationmaxrecords', records), bytes: given('truncationmaxsize', bytes) }
}

/** The engine's time scope is on TimeGenerated; another column is the query's to look after. */
function windowOf(options: Readonly<Record<string, unknown>>): Window | undefined {
  const { query_datetimescope_column: column, query_datetimescope_from: from, query_datetimescope_to: to } = options
  if (from === undefined && to === undefined) return undefined
  const [start, end] = [instantOf(from, 'query_datetimescope_from'), instantOf(to, 'query_datetimescope_to')]
  return column === 'TimeGenerated' ? { start, end } : undefined
}

function instantOf(value: unknown, name: string): Instant {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined
  if (instant === undefined) throw invalidRequest(`The request property ${name} is not a datetime`)
  return instant
}

/** As .NET reads it: azure-kusto-data for Python sends a minute as `0:01:00`. */
function waitOf(value: unknown): Duration {
  if (value === undefined) return DEFAULT_WAIT
  const [, hours, mins, secs] = (typeof value === 'string' && /^(\d\d?):(\d\d):(\d\d(?:\.\d{1,7})?)$/.exec(value)) || []
  const wait = seconds(Number(hours) * 3600 + Number(mins) * 60 + Number(secs))
  if (!(wait > 0 && wait <= LONGEST_WAIT))
    throw invalidRequest('The request property servertimeout is not a timespan up to an hour')
  return wait
}

function checkNames(value: Readonly<Record<string, unknown>>, known: readonly string[], what: string): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw invalidRequest(`The ${what} '${unknown}' is not known; accepted: ${known.join(', ')}`)
}

function bagOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidRequest(`The member ${name} is no object`)
  return value as Readonly<Record<string, unknown>>
}

function parseBag(body: string): Readonly<Record<string, unknown>> {
  try {
    return bagOf(JSON.parse(body), 'of the body')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidRequest('The body is not JSON')
  }
}
