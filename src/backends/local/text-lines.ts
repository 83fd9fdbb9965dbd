import { createReadStream } from 'node:fs'

/**
 * Lines of a text file with their numbers, from 1, blank ones included. Not node:readline, which also ends a line at
 * U+2028 and U+2029; JSON allows both inside strings.
 */
export async function* textLines(path: string): AsyncGenerator<readonly [number: number, text: string], void> {
  let number = 1
  let rest = ''
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield [number++, line]
  }
  if (rest !== '') yield [number, rest]
}
