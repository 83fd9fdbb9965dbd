import type { Span } from '../../domain/diagnostic.ts'
import { identityMap, lastAtOrBefore } from './offset-map.ts'
import type { OffsetMap } from './offset-map.ts'

/** A file as text: what an editor shows, and the repaired form of it that the YAML parser read. */
export interface SourceText {
  /** Path as the user would type it. */
  readonly file: string
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly sha256: string
  /** Decoded bytes without a byte order mark. Lines and columns of spans count in this text. */
  readonly original: string
  /** The original after repairs; offsets given to `span` count in this text. */
  readonly text: string
  /** The place of `[start, end)` of `text`. A range over several lines is cut at the end of its first line. */
  span(start: number, end: number): Span
  /** As span, with offsets of `original`. */
  originalSpan(start: number, end: number): Span
  /** A line of the original, counted from 1, without its line end; empty outside of the file. */
  line(number: number): string
}

export interface SourceTextParts {
  readonly file: string
  readonly sha256: string
  readonly original: string
  /** Left out when nothing was repaired. */
  readonly repaired?: { readonly text: string; readonly map: OffsetMap }
}

export function createSourceText({ file, sha256, original, repaired }: SourceTextParts): SourceText {
  const map = repaired?.map ?? identityMap
  // Most files are read without a single diagnostic, so the line index is built when the first span is asked for.
  let index: readonly number[] | undefined
  const starts = (): readonly number[] => (index ??= lineStarts(original))
  const line = (number: number): string => lineAt(original, starts(), number)
  const originalSpan = (start: number, end: number): Span => {
    const from = clamp(start, original.length)
    const row = lastAtOrBefore(starts(), from)
    const column = from - (starts()[row] ?? 0)
    const lengthOfLine = line(row + 1).length
    const length = Math.max(0, Math.min(end - from, lengthOfLine - column))
    return { file, line: row + 1, column: Math.min(column, lengthOfLine) + 1, length }
  }
  return {
    file,
    sha256,
    original,
    text: repaired?.text ?? original,
    line,
    originalSpan,
    span(start, end) {
      const from = map.toOriginal(start)
      // The last character decides where a range ends: the one behind it may stand far off, after removed text.
      return originalSpan(from, end > start ? map.toOriginal(end - 1) + 1 : from)
    },
  }
}

function clamp(offset: number, length: number): number {
  return Math.max(0, Math.min(offset, length))
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineAt(text: string, starts: readonly number[], number: number): string {
  const start = starts[number - 1]
  if (start === undefined) return ''
  const end = starts[number] ?? text.length + 1
  return text.slice(start, end - 1).replace(/\r$/, '')
}
