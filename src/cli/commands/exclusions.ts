import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries } from '../options.ts'

export const exclusions: CliCommand = {
  name: 'exclusions',
  describe(command) {
    command
      .summary('show what rules hide as known to be harmless, and how much')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--days <number>', 'count what was hidden in so many days (default: 30)')
    withLedgerPlace(withQueries(command)).option('--json', 'print one JSON document')
    withJob(
      command,
      'Lists the exclusions of the rules with their state, when they expire, and the rows that they hid. Exit code 1 when one that should hide something cannot, or has expired.',
      [
        ['what is hidden, and by whom?', 'hunt exclusions'],
        ['of one rule, over a quarter', 'hunt exclusions 5239248b --days 90'],
      ],
    )
  },
  load: async () => (await import('../actions/exclusions.ts')).exclusionsAction,
}
