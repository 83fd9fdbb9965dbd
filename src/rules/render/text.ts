import stringWidth from 'string-width'
import type { Diagnostic, DiagnosticSeverity } from '../../domain/diagnostic.ts'
import { terminalSafe } from '../../text/terminal.ts'

/** Colours; each function returns its text with or without them. */
export interface DiagnosticPaint {
  severity(severity: DiagnosticSeverity, text: string): string
  place(text: string): string
  mark(text: string): string
  dim(text: string): string
}

const PLAIN: DiagnosticPaint = {
  severity: (_severity, text) => text,
  place: (text) => text,
  mark: (text) => text,
  dim: (text) => text,
}

export interface TextOptions {
  readonly paint?: DiagnosticPaint
  /** Cells of a terminal line; source lines are cut to it around the place that is meant. */
  readonly width?: number
}

const DEFAULT_WIDTH = 120
/** Less would show nothing. */
const LEAST_WIDTH = 40
const TAB = '    '

/**
 * Diagnostics for people: place, severity, message and code, the source line with a caret, and the hint. Nothing of a
 * file reaches the terminal unescaped. Empty without diagnostics; else it ends with a line end.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions = {}): string {
  const paint = options.paint ?? PLAIN
  const width = Math.max(LEAST_WIDTH, options.width ?? DEFAULT_WIDTH)
  return diagnostics.map((diagnostic) => `${renderOne(diagnostic, paint, width).join('\n')}\n`).join('\n')
}

function renderOne(diagnostic: Diagnostic, paint: DiagnosticPaint, width: number): readonly string[] {
  const { span, severity, message, code, hint, sourceLine } = diagnostic
  const place = `${terminalSafe(span.file)}:${span.line}:${span.column}`
  const lines = [
    `${paint.place(place)}: ${paint.severity(severity, severity)}: ${terminalSafe(message)} ${paint.dim(`[${code}]`)}`,
  ]
  if (sourceLine !== undefined && sourceLine.trim() !== '') {
    const number = String(span.line).padStart(5)
    const { text, indent, marked } = excerpt(sourceLine, span.column - 1, span.length, width - number.length - 3)
    lines.push(`${paint.dim(`${number} |`)} ${text}`)
    const caret = `^${'~'.repeat(Math.max(0, marked - 1))}`
    lines.push(`${paint.dim(`${' '.repeat(number.length)} |`)} ${' '.repeat(indent)}${paint.mark(caret)}`)
  }
  if (hint !== undefined) lines.push(`      ${paint.dim('hint:')} ${terminalSafe(hint)}`)
  return lines
}

interface Excerpt {
  readonly text: string
  /** Cells before the marked part. */
  readonly indent: number
  /** Cells of the marked part. */
  readonly marked: number
}

/** The line as it can be printed, cut on both sides when it is too wide, and where the marked part of it lies. */
function excerpt(line: string, start: number, length: number, width: number): Excerpt {
  const before = printable(line.slice(0, start))
  const marked = startOf(printable(line.slice(start, start + length)), Math.ceil(width * 0.6))
  const after = printable(line.slice(start + length))
  const total = stringWidth(before) + stringWidth(marked) + stringWidth(after)
  // A third of the line behind the mark is enough to recognise it; what is before tells more.
  const afterWidth = total <= width ? width : Math.floor((width - stringWidth(marked)) / 3)
  const shownAfter = startOf(after, afterWidth)
  const shownBefore = endOf(before, width - stringWidth(marked) - stringWidth(shownAfter))
  return {
    text: `${shownBefore}${marked}${shownAfter}`.trimEnd(),
    indent: stringWidth(shownBefore),
    marked: stringWidth(marked),
  }
}

function printable(text: string): string {
  return text.split('\t').map(terminalSafe).join(TAB)
}

function startOf(text: string, width: number): string {
  return cut([...text], width, (kept) => `${kept.join('')}…`)
}

function endOf(text: string, width: number): string {
  return cut(
    [...text].reverse(),
    width,
    (kept) => `…${kept.reverse().join('')}`,
    (all) => all.reverse().join(''),
  )
}

function cut(
  characters: string[],
  width: number,
  shorten: (kept: string[]) => string,
  whole: (all: string[]) => string = (all) => all.join(''),
): string {
  const widths = characters.map((character) => stringWidth(character))
  if (widths.reduce((sum, cells) => sum + cells, 0) <= width) return whole(characters)
  let used = 1
  let count = 0
  while (count < characters.length && used + (widths[count] ?? 0) <= width) {
    used += widths[count] ?? 0
    count += 1
  }
  return shorten(characters.slice(0, count))
}
