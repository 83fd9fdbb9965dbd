import { scanKql } from './kql-scan.ts'
import { locate, sliceMapped } from './runs.ts'
import type { MappedText } from './runs.ts'

/** A rule's query as it runs, and the way from it back to the file. */
export interface QueryText {
  readonly text: string
  /** Length of the scalar as the YAML parser read it, fences and white space around it included. */
  readonly rawLength: number
  readonly hadFence: boolean
  /** Offset of the first comment behind which a folded scalar would have hidden code; undefined when there is none. */
  readonly foldedComment: number | undefined
  /** Place of a range of `text`, as `[start, end)` in the text that the YAML parser read. */
  locate(offset: number, length: number): readonly [number, number]
}

/** `` ```kusto … ``` `` around a whole query: a leftover of Markdown. The closing fence may be missing. */
const FENCE = /^\s*(`{3,}|~{3,})[ \t]*(?:kusto|kql|kusto-query|sql|text)?[ \t]*(?:\r?\n|[ \t]|$)/i

/**
 * The text of a query scalar as it runs: without a Markdown fence and without white space at its end. Line ends that the
 * scalar's style folded into spaces come back where a `//` comment stands before them: folded, the comment would swallow
 * the rest of the query. `map` is called when a place is asked for, not before: most queries have no problem.
 */
export function readQueryText(value: string, isFolded: boolean, map: () => MappedText): QueryText {
  const [start, end, hadFence] = withoutFence(value)
  let mapped: MappedText | undefined
  const runs = (): MappedText => (mapped ??= sliceMapped(map(), start, end))
  const inner = value.slice(start, end)
  const isCommented = isFolded && inner.includes('//')
  const unfolded = isCommented ? unfoldComments(inner, runs()) : { text: inner, firstComment: undefined }
  return {
    text: unfolded.text,
    rawLength: value.length,
    hadFence,
    foldedComment: unfolded.firstComment,
    locate: (offset, length) => locate(runs(), offset, length),
  }
}

function withoutFence(value: string): readonly [number, number, boolean] {
  const length = value.trimEnd().length
  const opening = FENCE.exec(value)
  if (opening === null) return [0, length, false]
  const start = opening[0].length
  const fence = opening[1] ?? ''
  const isClosed = length - fence.length >= start && value.endsWith(fence, length)
  const end = isClosed ? value.slice(0, length - fence.length).trimEnd().length : length
  return [Math.min(start, end), end, true]
}

function unfoldComments(text: string, mapped: MappedText): { text: string; firstComment: number | undefined } {
  const folds = new Set(mapped.runs.filter(({ isFold }) => isFold).map(({ at }) => at))
  const isLineEnd = (at: number): boolean => text[at] === '\n' || folds.has(at)
  const characters = text.split('')
  let firstComment: number | undefined
  for (const { kind, start, end } of scanKql(text, isLineEnd)) {
    if (kind !== 'comment' || !folds.has(end)) continue
    firstComment ??= start
    characters[end] = '\n'
  }
  return { text: characters.join(''), firstComment }
}
