import type { CommandContext } from '../command.ts'
import { grouped } from './words.ts'

/** A line `12 of 3,628 rules checked` that is drawn over; nothing where lines cannot be drawn over. */
export interface Counter {
  readonly show: (done: number, total: number) => void
  stop(): void
}

/** So few are done before anybody reads the line. */
const LEAST_TOTAL = 20

export async function showCounter(what: string, { program, errTerminal }: CommandContext): Promise<Counter> {
  if (!errTerminal.isInteractive) return { show: () => undefined, stop: () => undefined }
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(program.stderr)
  return {
    show: (done, total) => {
      if (total >= LEAST_TOTAL) draw(`${grouped(done)} of ${grouped(total)} ${what}`)
    },
    stop: () => {
      draw.clear()
      draw.done()
    },
  }
}
