import stringWidth from 'string-width'

/**
 * Everything that could move the cursor, change colours, write the clipboard or reorder text: C0 and C1 controls, DEL,
 * line and paragraph separators, and the bidirectional and zero-width format characters, empty letters and tags that make one text look
 * like another (https://trojansource.codes).
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Log data as one line that is safe to print: unsafe characters become visible escapes (`\n`, `\x1b`, `\u202e`). */
export function terminalSafe(text: string): string {
  return text.replace(UNSAFE, (character) => NAMED[character] ?? escapeOf(character))
}

/** As terminalSafe, but line breaks stay: for text of several lines, such as a query. */
export function terminalSafeLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.split('\t').map(terminalSafe).join('    '))
    .join('\n')
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code > 0xffff) return `\\u{${digits}}`
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`
}

/** UTF-16 units that are taken apart at once: V8 takes time by the square of a text's length, a minute for 300 KB. */
const PIECE = 2000

/** Terminal cells that a line takes. Of longer texts a letter at the border of two pieces counts as two, at most. */
export function widthOf(text: string): number {
  let width = 0
  for (const piece of piecesOf(text)) width += PRINTABLE_ASCII.test(piece) ? piece.length : stringWidth(piece)
  return width
}

/** A cell each; a list of a million elements is a text of many megabytes, of which string-width does some 0.3 in a second. */
const PRINTABLE_ASCII = /^[ -~]*$/

/** Shortens a line to `width` terminal cells, with `…` in place of what is cut at its end. */
export function elide(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${fitting(graphemes(text), width - 1)}…`
}

/** As elide, but cut in the middle: what tells lines apart may stand at either end. */
export function elideMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const parts = [...graphemes(text)]
  const head = fitting(parts, Math.floor((width - 1) / 2))
  const tail = fitting(parts.toReversed(), width - 1 - widthOf(head), 'reversed')
  return `${head}…${tail}`
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' })

function* graphemes(text: string): Generator<string> {
  for (const piece of piecesOf(text)) {
    for (const { segment } of SEGMENTER.segment(piece)) yield segment
  }
}

function* piecesOf(text: string): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + PIECE
    if (isHighSurrogate(text.charCodeAt(end - 1))) end += 1
    yield text.slice(start, end)
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00

/** As many of the parts as have room. */
function fitting(parts: Iterable<string>, width: number, order: 'forward' | 'reversed' = 'forward'): string {
  const kept: string[] = []
  let used = 0
  for (const part of parts) {
    used += stringWidth(part)
    if (used > width) break
    kept.push(part)
  }
  return (order === 'forward' ? kept : kept.reverse()).join('')
}
