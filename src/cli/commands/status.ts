import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries, withWorkspaces } from '../options.ts'

export const status: CliCommand = {
  name: 'status',
  describe(command) {
    command
      .summary('show how each rule does: searched through when, what is owed, what fails')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
    withLedgerPlace(withWorkspaces(withQueries(command))).option('--json', 'print one JSON document')
    withJob(
      command,
      'Shows for each rule and workspace through when its logs have been searched completely, which slots it owes, and why it fails if it does. Exit code 1 when a rule fails, lags behind its schedule, or has a gap that nobody has acknowledged.',
      [
        ['is everything searched?', 'hunt status'],
        ['the rules that fail, for a script', `hunt status --json | jq '.rules[] | select(.condition == "failing")'`],
      ],
    )
  },
  load: async () => (await import('../actions/status.ts')).statusAction,
}
