import { KqlError } from '../../domain/errors.ts'
import { minutes } from '../../time/duration.ts'
import { bearerToken } from '../bearer-token.ts'
import { graphFault, asGraphFault, huntingQueryFault } from '../graph/graph-errors.ts'
import { huntingText } from '../graph/hunting-text.ts'
import { isJson } from '../query-request.ts'
import { streamed, type Reply } from '../reply.ts'
import { limitResult } from '../result-limit.ts'
import { firstWorkspace, QueryTookTooLong, runQuery } from '../run-query.ts'
import { internalError, ServiceFault } from '../service-errors.ts'
import { parseTimespan } from '../timespan.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

/** Microsoft Graph in the clouds that have advanced hunting («National cloud deployments»). */
const AUDIENCES = ['https://graph.microsoft.com', 'https://graph.microsoft.us', 'https://dod-graph.microsoft.us']

/** «Use the Microsoft Graph security API», Quotas and resource allocation: rows, bytes of a result, time of a request. */
const MOST_ROWS = 100_000
const MOST_BYTES = 50_000_000
const LONGEST = minutes(3)

/** Of the page on runHuntingQuery; names of parameters are read without regard to case, as issues on it send them. */
const MEMBERS = ['query', 'timespan']

/** `POST /security/runHuntingQuery`: advanced hunting of Microsoft Defender XDR. */
export const hunting: Operation = {
  methods: ['POST'],
  path: /^\/(?:v1\.0|beta)\/security\/(?:microsoft\.graph\.security\.)?runHuntingQuery$/i,
  ofService: true,
  waitsItself: true,
  family: 'graph',
  async handle(call, state) {
    const { clock } = state.settings
    try {
      await authorize(call, state)
      return await answer(call, state)
    } catch (error) {
      throw asGraphFault(error instanceof ServiceFault ? error : internalError(String(error)), clock)
    }
  },
}

async function authorize({ request }: Call, { settings, authority }: EmulatorState): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  const { clock } = settings
  if (token === undefined) {
    throw graphFault(401, 'InvalidAuthenticationToken', 'Access token is empty.', clock)
  }
  try {
    await authority.check(token, AUDIENCES)
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    throw graphFault(401, 'InvalidAuthenticationToken', error.envelope.error.message, clock)
  }
}

async function answer(call: Call, state: EmulatorState): Promise<Reply> {
  const { settings } = state
  const { clock } = settings
  const { query, timespan } = readBody(call, state)
  const window =
    timespan === undefined ? undefined : parseTimespan(spanOf(timespan, state), settings.now ?? clock.now())
  if (call.distortion.records !== undefined) throw tooLarge(state)
  if (call.distortion.partial === true) {
    throw graphFault(400, 'BadRequest', 'Query stopped due to excessive resource consumption.', clock)
  }
  const enough = { rows: MOST_ROWS, bytes: MOST_BYTES }
  const { result } = await runQuery({ query, window, wait: LONGEST, enough }, firstWorkspace(state), call, state).catch(
    (error: unknown) => {
      throw asFault(error, query, state)
    },
  )
  if (limitResult(result.table, { records: Infinity, bytes: MOST_BYTES }).error !== undefined) throw tooLarge(state)
  // Nothing in the answer tells of rows that are left out.
  const table = { columns: result.table.columns, rows: result.table.rows.slice(0, MOST_ROWS) }
  return streamed(huntingText(table), { 'request-id': settings.newId() })
}

/** A single time begins a span that ends now («Timespan format examples»). */
function spanOf(text: string, { settings }: EmulatorState): string {
  const end = new Date(settings.now ?? settings.clock.now()).toISOString()
  return /^\d{4}-[^/]*$/.test(text) ? `${text}/${end}` : text
}

/** The words of «Advanced hunting API», Limitations. */
function tooLarge({ settings }: EmulatorState): ServiceFault {
  const words =
    'Query execution has exceeded the allowed result size. Optimize your query by limiting the number of results and try again.'
  return graphFault(400, 'BadRequest', words, settings.clock)
}

function asFault(error: unknown, query: string, { settings: { clock } }: EmulatorState): unknown {
  if (error instanceof KqlError) return huntingQueryFault(error, query, clock)
  if (error instanceof QueryTookTooLong) return graphFault(504, 'UnknownError', '', clock)
  return error
}

interface HuntingBody {
  readonly query: string
  readonly timespan: string | undefined
}

function readBody({ request, body }: Call, { settings: { clock, strict } }: EmulatorState): HuntingBody {
  const refuse = (message: string): ServiceFault => graphFault(400, 'BadRequest', message, clock)
  if (!isJson(request))
    throw graphFault(415, 'UnsupportedMediaType', 'The content type is not application/json.', clock)
  const value = parseObject(body, refuse)
  const members = new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]))
  const unknown = Object.keys(value).find((name) => !MEMBERS.includes(name.toLowerCase()))
  if (strict && unknown !== undefined) {
    throw refuse(
      `The parameter '${unknown}' in the request payload is not a valid parameter for the operation 'runHuntingQuery'.`,
    )
  }
  const [query, timespan] = [members.get('query'), members.get('timespan') ?? undefined]
  if (typeof query !== 'string' || query.trim() === '') throw refuse('The parameter Query is missing or empty.')
  if (timespan !== undefined && typeof timespan !== 'string') throw refuse('The parameter Timespan is not a string.')
  return { query, timespan }
}

function parseObject(body: string, refuse: (message: string) => ServiceFault): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw refuse('Unable to read JSON request payload.')
}
