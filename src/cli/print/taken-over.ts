import type { Config } from '../../config/config.ts'
import { terminalSafe } from '../../text/terminal.ts'

/** In the form of the other lines of the log. */
export function takenOverLine(
  place: string,
  { ledger, output, logFormat }: Pick<Config, 'ledger' | 'output' | 'logFormat'>,
): string {
  const msg = `${output} held the results of the ledger ${place}, which is gone; from now on those of ${ledger} take their place. What the other had found is new to this one.`
  return logFormat === 'json' ? JSON.stringify({ level: 'warn', msg }) : terminalSafe(`warning: ${msg}`)
}
