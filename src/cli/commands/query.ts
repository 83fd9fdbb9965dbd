import { RESULT_FORMATS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { choice, withBackend, withJob, withWindow } from '../options.ts'

export const query: CliCommand = {
  name: 'query',
  describe(command) {
    command.summary('run KQL ad hoc').argument('[kql]', 'KQL in one argument, @file, or - for standard input')
    withWindow(command).option('--now <time>', 'what now() and ago() mean (default: the end of the window, else now)')
    withBackend(command)
      .addOption(choice('--format <format>', 'form of the result (default: table)', RESULT_FORMATS))
      .option('--json', 'the same as --format json')
      .option('--trace', 'say on stderr how many rows each operator gives; embedded engine only')
    withJob(
      command,
      'Runs a query and prints its result. Nothing is recorded or opened. Without --from, --to and --period all logs are searched that the query itself does not leave out.',
      [
        [
          'over a folder of logs',
          "hunt query 'AzureActivity | summarize count() by OperationNameValue' --data samples/data",
        ],
        [
          'a file over the last day of a workspace, for another program',
          'hunt query @rare.kql --period 1d --format ndjson | jq .',
        ],
      ],
    )
  },
  load: async () => (await import('../actions/query.ts')).queryAction,
}
