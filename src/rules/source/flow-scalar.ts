import { RunBuilder } from './runs.ts'
import type { MappedText } from './runs.ts'

/** Maps the value of a plain or single-quoted scalar, which `[start, end)` of the text holds with its quotes. */
export function mapLines(text: string, start: number, end: number, isQuoted: boolean): MappedText {
  const builder = new RunBuilder()
  const from = isQuoted ? start + 1 : start
  const to = isQuoted ? end - 1 : end
  let breaks: { readonly at: number; readonly length: number }[] = []
  for (let at = from; at <= to;) {
    const newline = text.indexOf('\n', at)
    const isLast = newline === -1 || newline >= to
    const stop = isLast ? to : newline
    const [contentStart, contentEnd] = trimmed(text, at, stop, at > from, !isLast)
    // An empty last line still ends the line before it.
    if (contentStart < contentEnd || at === from || isLast) {
      writeBreaks(builder, breaks)
      breaks = []
      if (isQuoted) copyUnquoted(builder, text, contentStart, contentEnd)
      else builder.copy(text.slice(contentStart, contentEnd), contentStart)
    }
    if (isLast) break
    breaks.push({ at: contentEnd, length: newline + 1 - contentEnd })
    at = newline + 1
  }
  return builder.build()
}

function trimmed(
  text: string,
  start: number,
  stop: number,
  atStart: boolean,
  atEnd: boolean,
): readonly [number, number] {
  let from = start
  let to = stop
  if (atEnd && text[to - 1] === '\r') to -= 1
  while (atStart && from < to && isBlank(text[from])) from += 1
  while (atEnd && to > from && isBlank(text[to - 1])) to -= 1
  return [from, to]
}

/** YAML 1.2, 7.3: one line end is a space, each further one a line end. */
function writeBreaks(builder: RunBuilder, breaks: readonly { readonly at: number; readonly length: number }[]): void {
  const [first, ...rest] = breaks
  if (first === undefined) return
  if (rest.length === 0) builder.fold(first.at, first.length)
  for (const { at, length } of rest) builder.write('\n', at, length)
}

/** In single quotes, `''` stands for `'` and nothing else is special. */
function copyUnquoted(builder: RunBuilder, text: string, start: number, end: number): void {
  let from = start
  for (let at = text.indexOf("''", from); at !== -1 && at + 1 < end; at = text.indexOf("''", from)) {
    builder.copy(text.slice(from, at), from)
    builder.write("'", at, 2)
    from = at + 2
  }
  builder.copy(text.slice(from, end), from)
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
}

const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Maps the value of a double-quoted scalar: escapes, folded lines, escaped line ends (YAML 1.2, 5.7 and 7.3.1). */
export function mapDoubleQuoted(text: string, start: number, end: number): MappedText {
  const builder = new RunBuilder()
  const to = end - 1
  for (let at = start + 1; at < to;) {
    const character = text[at] ?? ''
    if (character === '\\') at = writeEscape(builder, text, at)
    else if (character === '\n' || (character === '\r' && text[at + 1] === '\n')) at = writeFold(builder, text, at, to)
    else if (isBlank(character)) at = writeBlanks(builder, text, at, to)
    else {
      builder.copy(character, at)
      at += 1
    }
  }
  return builder.build()
}

/** Returns the offset behind the escape. An escape that YAML does not know stands for itself. */
function writeEscape(builder: RunBuilder, text: string, at: number): number {
  const code = text[at + 1] ?? ''
  if (code === '\n' || (code === '\r' && text[at + 2] === '\n')) {
    let next = at + (code === '\n' ? 2 : 3)
    while (isBlank(text[next])) next += 1
    return next
  }
  const simple = SIMPLE_ESCAPES[code]
  const hexLength = HEX_LENGTH[code]
  if (simple !== undefined) builder.write(simple, at, 2)
  else if (hexLength === undefined) builder.copy(text.slice(at, at + 2), at)
  else {
    const point = Number.parseInt(text.slice(at + 2, at + 2 + hexLength), 16)
    const isPoint = point >= 0 && point <= 0x10ffff
    builder.write(isPoint ? String.fromCodePoint(point) : text.slice(at, at + 2 + hexLength), at, 2 + hexLength)
    return at + 2 + hexLength
  }
  return at + 2
}

/** One line end is a space, each further one a line end; the white space of the lines in between goes. */
function writeFold(builder: RunBuilder, text: string, at: number, to: number): number {
  const breaks: number[] = []
  let next = at
  while (next < to && (isBlank(text[next]) || text[next] === '\n' || text[next] === '\r')) {
    if (text[next] === '\n') breaks.push(next)
    next += 1
  }
  const [first = at, ...rest] = breaks
  if (rest.length === 0) builder.fold(first, next - first)
  for (const offset of rest) builder.write('\n', offset, 1)
  return next
}

/** White space at the end of a line goes. */
function writeBlanks(builder: RunBuilder, text: string, at: number, to: number): number {
  let next = at
  while (next < to && isBlank(text[next])) next += 1
  const isLineEnd = text[next] === '\n' || (text[next] === '\r' && text[next + 1] === '\n')
  if (!isLineEnd || next >= to) builder.copy(text.slice(at, next), at)
  return next
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
