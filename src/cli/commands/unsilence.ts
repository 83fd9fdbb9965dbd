import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace } from '../options.ts'

export const unsilence: CliCommand = {
  name: 'unsilence',
  describe(command) {
    command.summary('end a silence').argument('<number...>', 'number of the silence, as hunt silences shows it')
    withLedgerPlace(command).option('--json', 'print one JSON document')
    withJob(
      command,
      'Ends silences that still hold. The next pass of the schedule, or the next run, tells each sink what was held back.',
      [['it is over', 'hunt unsilence 3']],
    )
  },
  load: async () => (await import('../actions/silence.ts')).unsilenceAction,
}
