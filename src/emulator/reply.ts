import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import type { ServiceFault } from './service-errors.ts'

/** What goes back. `body` may come in pieces; undefined is none at all. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Iterable<string> | undefined
  /** Fault: the connection breaks after this many bytes of the body as sent. */
  readonly cutAfter?: number
  /** Fault: the connection breaks before the answer. */
  readonly isLost?: boolean
}

/** Headers that the service was seen to send; `shared/reference/azure-contract.md` A3. */
const SERVICE_HEADERS: Readonly<Record<string, string>> = {
  Via: '1.1 draft-oms-hunt-emulator',
  'Strict-Transport-Security': 'max-age=15724800; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Accept-Encoding',
  'Access-Control-Expose-Headers': 'Retry-After,Age,WWW-Authenticate,x-resource-identities,x-ms-status-location',
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }

export function json(value: unknown, status = 200): Reply {
  return { status, headers: JSON_TYPE, body: [JSON.stringify(value)] }
}

export function streamed(body: Iterable<string>, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers: { ...JSON_TYPE, ...headers }, body }
}

export function empty(status: number): Reply {
  return { status, headers: {}, body: undefined }
}

export function html(status: number, title: string): Reply {
  const page = `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`
  return { status, headers: { 'Content-Type': 'text/html' }, body: [page] }
}

/** An error answer; its `correlationId` is what support would ask for (A6). */
export function faultReply(fault: ServiceFault, correlationId: string): Reply {
  if (fault.document !== undefined) {
    const reply = json(fault.document(correlationId), fault.status)
    return { ...reply, headers: { ...reply.headers, ...fault.headers } }
  }
  const { message, code, ...rest } = fault.envelope.error
  const error = fault.isPlain ? { code, message } : { message, code, correlationId, ...rest }
  const id = fault.isPlain ? { 'x-ms-request-id': correlationId, 'x-ms-correlation-request-id': correlationId } : {}
  const reply = json({ error }, fault.status)
  return { ...reply, headers: { ...reply.headers, ...id, ...fault.headers } }
}

/** Writes the reply; resolves when it has left, also when the client has gone meanwhile. */
export async function send(response: ServerResponse, reply: Reply, acceptsGzip: boolean): Promise<void> {
  const { status, headers, body, cutAfter } = reply
  if (reply.isLost === true) {
    response.destroy()
    return
  }
  for (const [name, value] of Object.entries({ ...SERVICE_HEADERS, ...headers })) response.setHeader(name, value)
  response.statusCode = status
  if (body === undefined) {
    // A response to a POST without content is closed at once, with length 0 where the status allows one.
    if (status !== 204) response.setHeader('Content-Length', '0')
    response.end()
    return
  }
  // Errors travel plain and with their length, results compressed and in chunks, as recorded (A3).
  const compress = acceptsGzip && status === 200
  if (compress) response.setHeader('Content-Encoding', 'gzip')
  if (cutAfter !== undefined) return sendCut(response, body, compress, cutAfter)
  return sendWhole(response, body, compress, status !== 200)
}

async function sendWhole(
  response: ServerResponse,
  body: Iterable<string>,
  compress: boolean,
  withLength: boolean,
): Promise<void> {
  const pieces = body[Symbol.iterator]()
  const first = pieces.next()
  const second = first.done === true ? first : pieces.next()
  if (second.done === true) {
    // The usual small answer, without the cost of streams.
    const whole = Buffer.from(first.done === true ? '' : first.value)
    if (withLength) response.setHeader('Content-Length', String(whole.length))
    // HTTP/1.0 knows no chunks.
    else if (response.req.httpVersionMinor > 0) response.setHeader('Transfer-Encoding', 'chunked')
    response.end(compress ? gzipSync(whole) : whole)
    return
  }
  const rest = function* (): Generator<string> {
    yield first.value
    yield second.value
    for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) yield piece.value
  }
  const source = Readable.from(rest())
  await (compress ? pipeline(source, createGzip(), response) : pipeline(source, response))
}

async function sendCut(
  response: ServerResponse,
  body: Iterable<string>,
  compress: boolean,
  cutAfter: number,
): Promise<void> {
  const whole = Buffer.from([...body].join(''))
  const bytes = (compress ? gzipSync(whole) : whole).subarray(0, cutAfter)
  await new Promise<void>((resolve) => response.write(bytes, () => resolve()))
  response.destroy()
}
