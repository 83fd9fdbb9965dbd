import type { CommandContext } from '../command.ts'
import { grouped } from './words.ts'
import { timeLeft } from './time-left.ts'

/** A line `12 of 3,628 rules checked, about 2m left` that is drawn over; nothing where lines cannot be drawn over. */
export interface Counter {
  readonly show: (done: number, total: number) => void
  /** Takes the line away until the next `show`: must come before anything else is printed. */
  readonly hide: () => void
  stop(): void
}

/** So few are done before anybody reads the line. */
const LEAST_TOTAL = 20

const NOTHING: Counter = { show: () => undefined, hide: () => undefined, stop: () => undefined }

/**
 * @param what what is counted, or all of the line but the time left.
 * @param least totals below this show nothing.
 */
export async function showCounter(
  what: string | ((done: number, total: number) => string),
  { program, errTerminal }: CommandContext,
  least: number = LEAST_TOTAL,
): Promise<Counter> {
  if (!errTerminal.isInteractive) return NOTHING
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(program.stderr)
  const startedAt = program.clock.now()
  return {
    show: (done, total) => {
      if (total < least) return
      const left = timeLeft({ done, total }, startedAt, program.clock.now())
      const text = typeof what === 'string' ? `${grouped(done)} of ${grouped(total)} ${what}` : what(done, total)
      draw(left === undefined ? text : `${text}, ${left}`)
    },
    hide: () => draw.clear(),
    stop: () => {
      draw.clear()
      draw.done()
    },
  }
}
