import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries, withWorkspaces } from '../options.ts'

export const history: CliCommand = {
  name: 'history',
  describe(command) {
    command
      .summary('show the runs of a rule, and which intervals they have searched')
      .argument('<rule...>', 'id, beginning of an id, name, or file path')
      .option('--limit <count>', 'how many runs to show, latest first (default: 20)')
    withLedgerPlace(withWorkspaces(withQueries(command))).option('--json', 'print one JSON document')
    withJob(
      command,
      'Shows what the ledger knows of a rule: each attempt with its slot, purpose, version and result, and the intervals without a hole that complete runs of the schedule have searched. A rule keeps its history when its file moves, and when it is gone.',
      [
        ['the last runs of a rule', 'hunt history 5239248b'],
        ['which intervals are proven?', 'hunt history 5239248b --json | jq .coverage'],
      ],
    )
  },
  load: async () => (await import('../actions/history.ts')).historyAction,
}
