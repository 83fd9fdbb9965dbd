import wrapAnsi from 'wrap-ansi'
import { widthOf } from '../../text/terminal.ts'
import type { Duration } from '../../domain/time.ts'
import { formatDuration, seconds } from '../../time/duration.ts'
import type { Terminal } from '../terminal.ts'
import type { Output } from './output.ts'

export { countOf, grouped } from '../../text/count.ts'

/** A time that passed, as exact as a reader wants it: `0.4s`, `12s`, `3m12s`. */
export function elapsed(duration: Duration): string {
  const whole = Math.round(duration / 1000)
  return whole < 10 ? `${(duration / 1000).toFixed(1)}s` : formatDuration(seconds(whole))
}

/**
 * A line of prose broken at words to the width of a terminal, what follows indented deeper than it; as it is where there is no width.
 */
export function wrapped(line: string, { width }: Terminal): readonly string[] {
  if (width === undefined || widthOf(line) <= width) return [line]
  const indent = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + 2)
  const [first = '', ...rest] = wrapAnsi(line, width - indent.length, { hard: true, trim: false }).split('\n')
  return [first, ...rest.map((part) => `${indent}${part.trimStart()}`)].map((part) => part.trimEnd())
}

/** Prints a sentence, wrapped. */
export async function printProse(text: string, output: Pick<Output, 'write'>, terminal: Terminal): Promise<void> {
  await output.write(`${wrapped(text, terminal).join('\n')}\n`)
}
