import { RunBuilder } from './runs.ts'
import type { MappedText } from './runs.ts'

interface Line {
  /** Content without indentation, line end and carriage return. */
  readonly text: string
  /** Offset of `text` in the file. */
  readonly offset: number
  /** Offset and length of the line end; length 0 at the end of the file. */
  readonly end: number
  readonly endLength: number
}

/**
 * Maps the value of a block scalar (`|`, `>`, with any indicators) to the file. `start` is the place of the `|` or `>`,
 * `end` the end of the scalar. The indentation is the one under which the text gives `value`, the value that the YAML
 * parser found; undefined when there is none, which would mean that the parser and this function disagree.
 */
export function mapBlockScalar(text: string, start: number, end: number, value: string): MappedText | undefined {
  const headerEnd = text.indexOf('\n', start)
  if (headerEnd === -1 || headerEnd >= end) return value === '' ? { text: '', runs: [] } : undefined
  const isFolded = text[start] === '>'
  for (const indent of candidateIndents(text.slice(headerEnd + 1, end))) {
    const lines = splitLines(text, headerEnd + 1, end, indent)
    const mapped = isFolded ? fold(lines) : keepLines(lines)
    // Chomping only decides how many of the line ends at the end belong to the value.
    if (mapped.text.startsWith(value)) return { text: value, runs: mapped.runs.filter(({ at }) => at < value.length) }
  }
  return undefined
}

/** The indentation of the first line with content, and anything less (an explicit indicator such as `|2` keeps more). */
function candidateIndents(body: string): readonly number[] {
  const first = body.split('\n').find((line) => line.trim() !== '') ?? ''
  const most = first.length - first.trimStart().length
  return Array.from({ length: most + 1 }, (_, index) => most - index)
}

function splitLines(text: string, start: number, end: number, indent: number): readonly Line[] {
  const lines: Line[] = []
  for (let at = start; at < end;) {
    const newline = text.indexOf('\n', at)
    const stop = newline === -1 || newline >= end ? end : newline
    const contentEnd = stop > at && text[stop - 1] === '\r' ? stop - 1 : stop
    const line = text.slice(at, contentEnd)
    const taken = Math.min(indent, line.length - line.replace(/^ +/, '').length)
    const endLength = stop === newline ? stop + 1 - contentEnd : 0
    lines.push({ text: line.slice(taken), offset: at + taken, end: contentEnd, endLength })
    at = stop + 1
  }
  return lines
}

function keepLines(lines: readonly Line[]): MappedText {
  const builder = new RunBuilder()
  for (const line of lines) {
    builder.copy(line.text, line.offset)
    builder.write('\n', line.end, Math.max(1, line.endLength))
  }
  return builder.build()
}

/** YAML 1.2, 8.1.3: a single line end between two plain lines is a space; lines that start with white space keep theirs. */
function fold(lines: readonly Line[]): MappedText {
  const builder = new RunBuilder()
  let previous: Line | undefined
  let breaks: Line[] = []
  for (const line of lines) {
    if (line.text !== '') {
      const keepsBreaks = previous === undefined || isIndented(previous) || isIndented(line)
      writeBreaks(builder, breaks, keepsBreaks)
      builder.copy(line.text, line.offset)
      previous = line
      breaks = []
    }
    breaks.push(line)
  }
  for (const { end, endLength } of breaks) builder.write('\n', end, Math.max(1, endLength))
  return builder.build()
}

function writeBreaks(builder: RunBuilder, breaks: readonly Line[], keepsBreaks: boolean): void {
  const [first, ...rest] = breaks
  if (first === undefined) return
  const kept = keepsBreaks ? breaks : rest
  if (kept.length === 0) builder.fold(first.end, first.endLength)
  for (const { end, endLength } of kept) builder.write('\n', end, endLength)
}

function isIndented(line: Line): boolean {
  return line.text.startsWith(' ') || line.text.startsWith('\t')
}
