import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Instant, Window } from '../domain/time.ts'
import type { EmulatorSettings } from './options.ts'
import { parsePreferences, type Preferences } from './preferences.ts'
import { invalidJsonBody, invalidRequest, requestTooLarge } from './service-errors.ts'
import { intersect, parseTimespan } from './timespan.ts'

/** A query as it arrived, checked; `shared/reference/azure-contract.md` A2. */
export interface LogsQuery {
  readonly query: string
  readonly window: Window | undefined
  /** Additional workspaces, as the client names them. */
  readonly workspaces: readonly string[]
  readonly preferences: Preferences
  /** Request directives of `Cache-Control`, lower case. */
  readonly cacheControl: readonly string[]
}

/** What a query is read from: a request, or one of a batch. */
export interface LogsRequest {
  readonly headers: IncomingMessage['headers']
  readonly parameters: URLSearchParams
  /** Undefined for GET. */
  readonly body: string | undefined
}

const MEMBERS = ['query', 'timespan', 'workspaces']

/** Headers with the service's own prefix that clients are known to send. */
const KNOWN_HEADERS = ['x-ms-client-request-id', 'x-ms-return-client-request-id', 'x-ms-useragent', 'x-ms-user-agent']

/** Reads the body up to the limit; throws the 413. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    // What is too much is read and dropped: leaving it would break the connection before the answer is out.
    if (length <= limit) parts.push(part)
  }
  if (length > limit) throw requestTooLarge(limit)
  return Buffer.concat(parts)
}

/** The text of a body; what claims to be compressed and is not stays as it is, for the operation to refuse. */
export function bodyText(request: IncomingMessage, bytes: Buffer, limit: number): string {
  if (request.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8')
  try {
    return gunzipSync(bytes, { maxOutputLength: limit }).toString('utf8')
  } catch {
    // The operation says what is wrong with it.
    return bytes.toString('utf8')
  }
}

/** A POST without it is answered with 200 and nothing; contract A6. */
export function isJson(request: Pick<IncomingMessage, 'headers'>): boolean {
  return /^application\/json\b/i.test(request.headers['content-type'] ?? '')
}

/** Throws the 400 that the contract has for what is wrong. */
export function parseLogsQuery(
  { headers, parameters, body }: LogsRequest,
  settings: Pick<EmulatorSettings, 'strict' | 'limits' | 'now' | 'clock'>,
): LogsQuery {
  const request = { headers }
  if (settings.strict) checkHeaders(request)
  if (settings.strict) checkNames([...parameters.keys()], 'parameter')
  const inAddress = fromParameters(parameters)
  const inBody = body === undefined ? {} : fromBody(body, settings.strict)
  const query = inBody.query ?? inAddress.query
  if (query === undefined || query.trim() === '') throw invalidRequest('The query is missing or empty')
  const now = settings.now ?? settings.clock.now()
  return {
    query,
    window: bothWindows(inAddress.timespan, inBody.timespan, now),
    workspaces: [...(inAddress.workspaces ?? []), ...(inBody.workspaces ?? [])],
    preferences: parsePreferences(headerText(request, 'prefer'), settings),
    cacheControl: directives(headerText(request, 'cache-control')),
  }
}

interface Members {
  readonly query?: string
  readonly timespan?: string
  readonly workspaces?: readonly string[]
}

function fromParameters(parameters: URLSearchParams): Members {
  const query = parameters.get('query')
  const timespan = parameters.get('timespan')
  const workspaces = parameters.get('workspaces')
  return {
    ...(query === null ? {} : { query }),
    ...(timespan === null ? {} : { timespan }),
    ...(workspaces === null ? {} : { workspaces: workspaces.split(',').map((name) => name.trim()) }),
  }
}

function fromBody(body: string, strict: boolean): Members {
  const value = parseObject(body)
  if (strict) checkNames(Object.keys(value), 'member')
  const { query, timespan, workspaces } = value
  if (query !== undefined && typeof query !== 'string') throw invalidRequest('The member query is not a string')
  if (timespan !== undefined && timespan !== null && typeof timespan !== 'string') {
    throw invalidRequest('The member timespan is not a string')
  }
  if (workspaces !== undefined && workspaces !== null && !isTextList(workspaces)) {
    throw invalidRequest('The member workspaces is not a list of strings')
  }
  return {
    ...(query === undefined ? {} : { query }),
    ...(typeof timespan === 'string' ? { timespan } : {}),
    ...(isTextList(workspaces) ? { workspaces } : {}),
  }
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidJsonBody(error.message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidJsonBody('The body is not a JSON object')
  }
  return value as Record<string, unknown>
}

/** Parameters of addresses that belong to no query: the version in Azure Resource Manager, the key of the demo workspace (A1). */
const OTHER_PARAMETERS = ['api-version', 'api_key']

function checkNames(names: readonly string[], kind: 'member' | 'parameter'): void {
  const known = kind === 'member' ? MEMBERS : [...MEMBERS, ...OTHER_PARAMETERS]
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw invalidRequest(`The ${kind} '${unknown}' is not known; accepted: ${MEMBERS.join(', ')}`)
}

function checkHeaders(request: Pick<IncomingMessage, 'headers'>): void {
  const unknown = Object.keys(request.headers).find((name) => name.startsWith('x-ms-') && !KNOWN_HEADERS.includes(name))
  if (unknown !== undefined) throw invalidRequest(`The header '${unknown}' is not known`)
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined) throw invalidRequest(`The content encoding '${encoding}' is not supported in requests`)
}

function bothWindows(first: string | undefined, second: string | undefined, now: Instant): Window | undefined {
  return intersect(parseTimespan(first, now), parseTimespan(second, now))
}

function headerText(request: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

function directives(header: string | undefined): readonly string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
