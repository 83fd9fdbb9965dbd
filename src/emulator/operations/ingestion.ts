import { gunzipSync } from 'node:zlib'
import { bearerToken } from '../bearer-token.ts'
import { json, empty } from '../reply.ts'
import { ServiceFault } from '../service-errors.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

/** `shared/reference/azure-contract.md` E: the scope's audience in each cloud. */
const AUDIENCES = ['https://monitor.azure.com', 'https://monitor.azure.us', 'https://monitor.azure.cn']

/** The preview is what clients of 2022 send (azure-monitor-ingestion 1.0.0b2 for Python), for the same request. */
const API_VERSIONS = ['2023-01-01', '2021-11-01-preview']
/** Per call, compressed and uncompressed. */
const MOST_BYTES = 1_048_576
/** Bytes of one value; what is longer is cut. */
const LONGEST_VALUE = 64 * 1024
const RESERVED = ['_ResourceId', 'id', '_SubscriptionId', 'TenantId', 'Type', 'UniqueId', 'Title']
const HEADERS = ['x-ms-client-request-id', 'x-ms-return-client-request-id', 'x-ms-useragent']

/** E: `POST /dataCollectionRules/{immutableId}/streams/{stream}`, 204 without a body. */
export const ingestion: Operation = {
  methods: ['POST'],
  path: /^\/dataCollectionRules\/([^/]+)\/streams\/([^/]+)$/i,
  ofService: true,
  family: 'arm',
  limitedBy: 'ingestion',
  async handle(call, state) {
    await authorize(call, state)
    const [rule = '', stream = ''] = call.captured
    checkAddress(rule, stream, call, state)
    const rows = rowsOf(textOf(call), state)
    state.streams.add(rule, stream, rows)
    return empty(204)
  },
}

/** What arrived, by rule and stream: the emulator's own. */
export const streams: Operation = {
  methods: ['GET', 'DELETE'],
  path: /^\/_emulator\/streams$/,
  ofService: false,
  async handle({ request }, { streams: kept }) {
    if (request.method === 'DELETE') kept.clear()
    return json({ streams: kept.entries() })
  },
}

/** Codes for 400, 403 and 404 are UNCONFIRMED (E, H16): an envelope as in ARM. */
function fault(status: number, code: string, message: string): ServiceFault {
  return new ServiceFault(status, { code, message }, {}, true)
}

async function authorize({ request }: Call, { settings, authority }: EmulatorState): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  if (token === undefined) {
    throw fault(401, 'AuthenticationFailed', 'The request has no Authorization header')
  }
  try {
    await authority.check(token, AUDIENCES)
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    throw fault(
      error.envelope.error.code === 'InvalidAuthenticationTokenAudience' ? 403 : 401,
      error.envelope.error.code,
      error.envelope.error.message,
    )
  }
}

function checkAddress(rule: string, stream: string, { url, request }: Call, { settings }: EmulatorState): void {
  if (!/^dcr-[0-9a-f]{32}$/.test(rule))
    throw fault(404, 'NotFound', `Data collection rule with immutable Id '${rule}' not found.`)
  if (!/^(?:Custom|Microsoft)-\w+$/.test(stream))
    throw fault(400, 'InvalidStream', `The stream '${stream}' is not declared in the rule.`)
  // The official client encodes the hyphen of the key; URLSearchParams decodes it (E).
  const version = url.searchParams.get('api-version')
  if (version === null) throw fault(400, 'MissingApiVersionParameter', 'The api-version query parameter is required.')
  if (!API_VERSIONS.includes(version))
    throw fault(400, 'UnsupportedApiVersion', `The API version '${version}' is not supported.`)
  if (!settings.strict) return
  const parameter = [...url.searchParams.keys()].find((name) => name !== 'api-version')
  if (parameter !== undefined) throw fault(400, 'BadRequest', `The parameter '${parameter}' is not known`)
  const header = Object.keys(request.headers).find((name) => name.startsWith('x-ms-') && !HEADERS.includes(name))
  if (header !== undefined) throw fault(400, 'BadRequest', `The header '${header}' is not known`)
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw fault(400, 'BadRequest', 'The content type is not application/json')
  }
}

function textOf({ request, bytes }: Call): string {
  if (bytes.length > MOST_BYTES) throw tooLarge(bytes.length)
  const encoding = request.headers['content-encoding']
  if (encoding === undefined) return bytes.toString('utf8')
  if (encoding !== 'gzip') throw fault(400, 'BadRequest', `The content encoding '${encoding}' is not supported`)
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString('utf8')
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(MOST_BYTES + 1)
    throw fault(400, 'BadRequest', 'The body is not compressed as its header says')
  }
}

/** E: the message quotes both lengths. */
function tooLarge(length: number): ServiceFault {
  return fault(
    413,
    'ContentLengthLimitExceeded',
    `Maximum allowed content length: ${MOST_BYTES} bytes (1 MB). Provided content length: ${length} bytes.`,
  )
}

function rowsOf(text: string, { settings }: EmulatorState): readonly Readonly<Record<string, unknown>>[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fault(400, 'InvalidPayload', 'The body is no JSON')
  }
  const isRow = (row: unknown): row is Record<string, unknown> =>
    typeof row === 'object' && row !== null && !Array.isArray(row)
  if (!Array.isArray(value) || !value.every(isRow))
    throw fault(400, 'InvalidPayload', 'The body is no JSON array of objects')
  if (settings.strict) value.forEach(checkRow)
  return value.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cut(cell)])))
}

function checkRow(row: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(row).find(
    (each) => each.length > 45 || RESERVED.includes(each) || !/^[A-Za-z]\w*$/.test(each),
  )
  if (name !== undefined)
    throw fault(400, 'InvalidPayload', `The column '${name}' is reserved, longer than 45 characters, or no name`)
  const time = row['TimeGenerated']
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time)))
    throw fault(400, 'InvalidPayload', 'A row has no TimeGenerated')
}

function cut(cell: unknown): unknown {
  const text = typeof cell === 'string' ? cell : undefined
  if (text === undefined || Buffer.byteLength(text) <= LONGEST_VALUE) return cell
  return Buffer.from(text)
    .subarray(0, LONGEST_VALUE)
    .toString('utf8')
    .replace(/\ufffd$/, '')
}
