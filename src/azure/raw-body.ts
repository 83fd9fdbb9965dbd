import { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Pipeline, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'

/** An error body larger than this is no error envelope; the rest is not read. */
const ERROR_BODY_LIMIT = 256 * 1024

/** How long a body may take, milliseconds. */
export interface BodyLimits {
  /** Silence for this long means that the connection is dead. */
  readonly idle: number
  /** The largest answers have 64 MB (contract A7): whoever gives them drop by drop gives no answer. */
  readonly whole: number
}

const LIMITS: BodyLimits = { idle: 60_000, whole: 20 * 60_000 }

/**
 * Asks for the body as a stream of bytes. The client's own decompression loses the end of a connection: a gzip body that is
 * cut never ends, and the call hangs. Asking for gzip in the headers on the wire only, the client leaves the bytes as they
 * are, and `rawBody` reports a broken stream as broken.
 */
export function takeRawBody(request: PipelineRequest): void {
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY])
  request.headers.delete('Accept-Encoding')
  request.requestOverrides = {
    ...request.requestOverrides,
    headers: { ...request.headers.toJSON({ preserveCase: true }), 'Accept-Encoding': 'gzip, deflate' },
  }
}

/** takeRawBody for each request of a pipeline. Behind the token, for the headers on the wire are a copy of these. */
export function takeRawBodies(pipeline: Pipeline): void {
  const policy = {
    name: 'huntRawBody',
    sendRequest: (request: PipelineRequest, next: (request: PipelineRequest) => Promise<PipelineResponse>) => {
      takeRawBody(request)
      return next(request)
    },
  }
  pipeline.addPolicy(policy, { afterPhase: 'Sign' })
}

/** The body of the answer to a request that `takeRawBody` has seen, decompressed. */
export function rawBody(response: PipelineResponse, { idle, whole }: BodyLimits = LIMITS): AsyncIterable<Uint8Array> {
  const source = response.readableStreamBody
  if (source === undefined) return nothing()
  if (source instanceof IncomingMessage) {
    const { socket } = source
    source.setTimeout(idle, () => source.destroy(new Error(`no byte for ${idle / 1000} s`)))
    const patience = AbortSignal.timeout(whole)
    const giveUp = (): void => void source.destroy(new Error(`not all of it within ${whole / 1000} s`))
    patience.addEventListener('abort', giveUp)
    source.once('close', () => {
      patience.removeEventListener('abort', giveUp)
      // The connection is used again, and the next query may think for longer before it answers.
      socket.setTimeout(0)
    })
  }
  const decoder = decoderOf(response.headers.get('Content-Encoding'))
  // pipeline, not pipe: it passes a broken connection on to the reader of the decoder, who alone handles the error.
  return (decoder === undefined ? source : pipeline(source, decoder, () => undefined)) as Readable
}

/** Names of codings have no case, and `x-gzip` is gzip (RFC 9110, 8.4.1). */
function decoderOf(header: string | undefined): (Readable & NodeJS.WritableStream) | undefined {
  const encoding = header?.trim().toLowerCase()
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  return encoding === 'br' ? createBrotliDecompress() : undefined
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // No body, no chunk.
}

/** The text of an error body, or as much of it as an error can need. */
export function readErrorBody(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return readText(chunks, ERROR_BODY_LIMIT)
}

/** The text of a body, of which no more is read once it has `most` bytes. Rejects where the connection breaks inside of it. */
export async function readText(chunks: AsyncIterable<Uint8Array>, most = Infinity): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.length
    if (length >= most) break
  }
  return Buffer.concat(parts).toString('utf8')
}
