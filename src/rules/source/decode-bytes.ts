/** What the bytes of a file turned out to be. Each note names the check that speaks about it. */
export type Decoded =
  | { readonly kind: 'text'; readonly text: string; readonly notes: readonly EncodingNote[] }
  | { readonly kind: 'binary'; readonly reason: string }

export interface EncodingNote {
  readonly check: 'byte-order-mark' | 'file-encoding'
  readonly message: string
  /** Offset in the decoded text. */
  readonly offset: number
}

/**
 * Bytes → text: UTF-8, UTF-16 in both byte orders (with a mark, or told by its zero bytes), and Windows-1252 where the
 * bytes are not valid UTF-8. Anything else that contains zero bytes is binary.
 */
export function decodeBytes(bytes: Uint8Array): Decoded {
  const utf16 = utf16Encoding(bytes)
  if (utf16 !== undefined) return decodeUtf16(bytes, utf16)
  const zero = bytes.indexOf(0)
  if (zero !== -1) return { kind: 'binary', reason: `a zero byte at position ${zero + 1}` }
  return normaliseLineEnds(decodeUtf8(bytes))
}

function decodeUtf8(bytes: Uint8Array): { text: string; notes: EncodingNote[] } {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const mark: EncodingNote[] = hasMark
    ? [{ check: 'byte-order-mark', message: 'the file starts with a UTF-8 byte order mark', offset: 0 }]
    : []
  const text = new TextDecoder('utf-8').decode(bytes)
  const bad = text.indexOf('\ufffd')
  // A replacement character may be in the file itself; only the strict decoder knows.
  if (bad === -1 || isValidUtf8(bytes)) return { text, notes: mark }
  return {
    text: new TextDecoder('windows-1252').decode(bytes),
    notes: [{ check: 'file-encoding', message: 'the file is not valid UTF-8; read as Windows-1252', offset: bad }],
  }
}

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function utf16Encoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined
  // Without a mark: rule files are mostly ASCII, so that every other byte of UTF-16 is zero.
  const sample = bytes.subarray(0, 512)
  const zeros = [0, 0]
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = zeros
  if (odd > sample.length / 3 && even === 0) return 'utf-16le'
  if (even > sample.length / 3 && odd === 0) return 'utf-16be'
  return undefined
}

function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  const text = new TextDecoder('utf-16le').decode(encoding === 'utf-16le' ? bytes : swapPairs(bytes))
  const message = `the file is ${encoding.toUpperCase().replace('LE', ' little-endian').replace('BE', ' big-endian')}, not UTF-8`
  return normaliseLineEnds({ text, notes: [{ check: 'file-encoding', message, offset: 0 }] })
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length)
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    swapped[index] = bytes[index + 1] ?? 0
    swapped[index + 1] = bytes[index] ?? 0
  }
  return swapped
}

/** YAML knows `\n` and `\r\n` here; a file of lone `\r` (classic Mac) would be one line. Same length, so spans hold. */
function normaliseLineEnds({ text, notes }: { text: string; notes: EncodingNote[] }): Decoded {
  if (!text.includes('\r') || text.includes('\n')) return { kind: 'text', text, notes }
  const offset = text.indexOf('\r')
  const note: EncodingNote = { check: 'file-encoding', message: 'lines end in a lone carriage return', offset }
  return { kind: 'text', text: text.replaceAll('\r', '\n'), notes: [...notes, note] }
}
