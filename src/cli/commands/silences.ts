import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace } from '../options.ts'

export const silences: CliCommand = {
  name: 'silences',
  describe(command) {
    command
      .summary('show of what nobody is told, and what was held back')
      .option('--all', 'also those that have ended')
      .option('--limit <count>', 'how many, latest first (default: 100)')
    withLedgerPlace(command).option('--json', 'print one JSON document')
    withJob(
      command,
      'Lists the silences that hold, with how many incidents they held back. Broad and long ones are said.',
      [
        ['of what is nobody told?', 'hunt silences'],
        ['and what was it before?', 'hunt silences --all'],
      ],
    )
  },
  load: async () => (await import('../actions/silence.ts')).silencesAction,
}
