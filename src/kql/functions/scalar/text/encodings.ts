/** base64, gzip and zlib. */
import { gunzipSync, gzipSync, deflateSync, inflateSync } from 'node:zlib'
import { isArray } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined where the text is no base64: a wrong character or wrong padding. */
export function fromBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** Undefined where the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) return undefined
    throw cause
  }
}

/** A compressed text must not unfold into more than Kusto's own limit of 1 MB for the function. */
const MAX_UNPACKED = 1_048_576

function unpacked(text: string, unpack: typeof gunzipSync): string {
  const bytes = fromBase64(text)
  if (bytes === undefined) return ''
  try {
    return textOf(unpack(bytes, { maxOutputLength: MAX_UNPACKED })) ?? ''
  } catch {
    // zlib throws for damaged data; the function answers the empty string.
    return ''
  }
}

/** .NET writes the first three groups of a guid's bytes in little-endian order. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

function swapGuid(bytes: Buffer): Buffer {
  return Buffer.from(GUID_ORDER.map((index) => bytes[index] ?? 0))
}

function bytesOf(values: readonly unknown[]): Buffer | undefined {
  const isByte = (value: unknown): value is bigint => typeof value === 'bigint' && value >= 0n && value <= 255n
  return values.every(isByte) ? Buffer.from(values.map(Number)) : undefined
}

const encodeEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'base64-encode-tostring-function',
    takes: ['string'],
    returns: 'string',
    run: (text) => Buffer.from(text).toString('base64'),
  })

const decodeEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'base64-decode-tostring-function',
    takes: ['string'],
    returns: 'string',
    run: (text) => {
      const bytes = fromBase64(text)
      return bytes === undefined ? '' : (textOf(bytes) ?? '')
    },
  })

const unpackEntry = (name: string, page: string, unpack: typeof gunzipSync): ScalarEntry =>
  nativeScalar({ name, page, takes: ['string'], returns: 'string', run: (text) => unpacked(text, unpack) })

/** Below this a block has no codes of its own: dynamic Huffman codes do not pay. */
const SHORT = 48

/** Whether no three bytes of it occur twice, so that there is nothing that deflate could refer back to. */
function isWithoutRepeats(bytes: Buffer): boolean {
  const seen = new Set<string>()
  for (let at = 0; at + 3 <= bytes.length; at++) seen.add(bytes.toString('latin1', at, at + 3))
  return seen.size === Math.max(0, bytes.length - 2)
}

/** One block that holds the bytes as they are. */
function storedBlock(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(1)
  head.writeUInt16LE(bytes.length, 1)
  head.writeUInt16LE(0xffff - bytes.length, 3)
  return Buffer.concat([head, bytes])
}

interface PackedFormat {
  readonly pack: typeof gzipSync
  /** As the service's library writes it. */
  readonly header: Buffer
  /** Bytes after the blocks. */
  readonly trailer: number
}

/** As the pages print it: a short text is stored as it is. */
function packed(text: string, { pack, header, trailer }: PackedFormat): string {
  const bytes = Buffer.from(text)
  const whole = pack(bytes)
  const isStored = bytes.length > 0 && bytes.length < SHORT && isWithoutRepeats(bytes)
  const body = isStored ? storedBlock(bytes) : whole.subarray(header.length, -trailer)
  return Buffer.concat([header, body, whole.subarray(-trailer)]).toString('base64')
}

/** No time, no name, of an unknown system; checksum and length at the end. */
const GZIP: PackedFormat = { pack: gzipSync, header: Buffer.from('1f8b08000000000000ff', 'hex'), trailer: 8 }
/** A window of 32 kB; checksum at the end. */
const ZLIB: PackedFormat = { pack: deflateSync, header: Buffer.from('7801', 'hex'), trailer: 4 }

const packEntry = (name: string, page: string, format: PackedFormat): ScalarEntry =>
  nativeScalar({
    name,
    page,
    takes: ['string'],
    returns: 'string',
    tolerance: 'the compressed bytes of a longer text may differ; they unpack to the same text',
    run: (text) => packed(text, format),
  })

export const encodingEntries: readonly ScalarEntry[] = [
  encodeEntry('base64_encode_tostring'),
  encodeEntry('base64_encodestring'),
  decodeEntry('base64_decode_tostring'),
  decodeEntry('base64_decodestring'),
  nativeScalar({
    name: 'base64_decode_toarray',
    page: 'base64-decode-toarray-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (text) => {
      const bytes = fromBase64(text)
      return bytes === undefined ? null : [...bytes].map(BigInt)
    },
  }),
  nativeScalar({
    name: 'base64_encode_fromarray',
    page: 'base64-encode-fromarray-function',
    takes: ['dynamic'],
    returns: 'string',
    run: (array) => (isArray(array) ? (bytesOf(array)?.toString('base64') ?? '') : ''),
  }),
  nativeScalar({
    name: 'base64_decode_toguid',
    page: 'base64-decode-toguid-function',
    takes: ['string'],
    returns: 'guid',
    run: (text) => {
      const bytes = fromBase64(text)
      if (bytes?.length !== 16) return null
      return swapGuid(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  }),
  nativeScalar({
    name: 'base64_encode_fromguid',
    page: 'base64-encode-fromguid-function',
    takes: ['guid'],
    returns: 'string',
    run: (guid) => (guid === null ? '' : swapGuid(Buffer.from(guid.replaceAll('-', ''), 'hex')).toString('base64')),
  }),
  unpackEntry('gzip_decompress_from_base64_string', 'gzip-base64-decompress', gunzipSync),
  unpackEntry('zlib_decompress_from_base64_string', 'zlib-base64-decompress', inflateSync),
  packEntry('gzip_compress_to_base64_string', 'gzip-base64-compress', GZIP),
  packEntry('zlib_compress_to_base64_string', 'zlib-base64-compress', ZLIB),
]
