import type { CliCommand } from '../command.ts'
import { withJob, withQueries, withWindow } from '../options.ts'

export const parity: CliCommand = {
  name: 'parity',
  describe(command) {
    command
      .summary('run one rule on the service and on the embedded engine over the same rows, and compare')
      .argument('<rule>', 'id, beginning of an id, name, or file path')
      .option('--workspace <name>', 'workspace of hunt.yaml to ask, by name')
      .option('--at <time>', 'slot of the schedule whose window is searched')
      .option('--keep <folder>', 'keep the rows that both read, as a data folder')
      .option('--timeout <duration>', 'how long one query may take (default: 3m, at most 10m)')
      .option('--json', 'print one JSON document')
    withWindow(withQueries(command))
    withJob(
      command,
      'Saves the rows of every table that the rule reads within its window, runs the rule on the service and on the embedded engine over those rows, and shows columns and rows that only one of them gives. Says whether a local run of this rule can be trusted. Exit code 1 when the answers differ. Nothing is recorded, no incident is opened.',
      [
        ['the latest slot', 'hunt parity 5239248b'],
        [
          'a chosen day, keeping the rows for a test',
          'hunt parity 5239248b --from 2026-03-02 --period 1d --keep slice',
        ],
      ],
    )
  },
  load: async () => (await import('../actions/parity.ts')).parityAction,
}
