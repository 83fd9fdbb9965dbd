import { mapBlockScalar } from './block-scalar.ts'
import { mapDoubleQuoted, mapLines } from './flow-scalar.ts'
import type { MappedText } from './runs.ts'

export type ScalarStyle = 'BLOCK_LITERAL' | 'BLOCK_FOLDED' | 'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'

/**
 * The value of a YAML scalar with the way from each of its characters back to the text. `value` is what the YAML parser
 * made of it. Should the two readings ever differ, the whole value maps to the whole scalar: a position may then be coarse,
 * but the text is the parser's.
 */
export function mapScalar(
  text: string,
  start: number,
  end: number,
  style: ScalarStyle | undefined,
  value: string,
): MappedText {
  const mapped = mapByStyle(text, start, end, style, value)
  if (mapped?.text === value) return mapped
  const whole = { at: 0, source: start, length: value.length, sourceLength: end - start, isFold: false }
  return { text: value, runs: [whole] }
}

function mapByStyle(
  text: string,
  start: number,
  end: number,
  style: ScalarStyle | undefined,
  value: string,
): MappedText | undefined {
  switch (style) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return mapBlockScalar(text, start, end, value)
    case 'QUOTE_DOUBLE':
      return mapDoubleQuoted(text, start, end)
    case 'QUOTE_SINGLE':
      return mapLines(text, start, end, true)
    case 'PLAIN':
      return mapLines(text, start, end, false)
    case undefined:
      return undefined
  }
}
