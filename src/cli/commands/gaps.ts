import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries, withWorkspaces } from '../options.ts'

export const gaps: CliCommand = {
  name: 'gaps',
  describe(command) {
    command
      .summary('show what was never searched, and why')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--ack', 'acknowledge the gaps that are shown: from now on only --all shows them')
      .option('--all', 'also those that are acknowledged or were searched since')
    withLedgerPlace(withWorkspaces(withQueries(command))).option('--json', 'print one JSON document')
    withJob(
      command,
      'Shows the slots of the schedule that were given up: missed for longer than maxCatchUp, beyond the retention, paused, disabled, or failed to the end. hunt backfill searches them. Exit code 1 when there are any.',
      [
        ['what was never searched?', 'hunt gaps'],
        ['I have seen them', 'hunt gaps --ack'],
      ],
    )
  },
  load: async () => (await import('../actions/gaps.ts')).gapsAction,
}
