import { createReadStream } from 'node:fs'

/** Longer than any line that a reader of ours takes, shorter than the longest text of JavaScript (2^29 - 24). */
export const LONGEST_LINE = 1 << 28

/**
 * Lines of a text file, or of its text, with their numbers, from 1, blank ones included; of a longer line the first 2^28 characters and what
 * came with them. Not node:readline, which may also end a line at U+2028 and U+2029; JSON allows both inside strings.
 *
 * @param encoding `latin1` gives a character for each byte, for whoever writes the lines again
 */
export async function* textLines(
  source: string | AsyncIterable<string>,
  encoding: 'utf8' | 'latin1' = 'utf8',
): AsyncGenerator<readonly [number: number, text: string], void> {
  let number = 1
  // Of the line that has not ended: to append each chunk to one text would copy a long line for each of them.
  let parts: string[] = []
  let length = 0
  const take = (): string => {
    const line = parts.join('')
    parts = []
    length = 0
    return line
  }
  for await (const chunk of typeof source === 'string' ? createReadStream(source, encoding) : source) {
    const pieces = String(chunk).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      parts.push(piece)
      yield [number++, take()]
    }
    if (last === '' || length >= LONGEST_LINE) continue
    parts.push(last)
    length += last.length
  }
  if (parts.length > 0) yield [number, take()]
}
