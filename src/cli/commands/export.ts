import { SLICE_FORMATS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { choice, withBackend, withJob, withWindow } from '../options.ts'

export const exportTable: CliCommand = {
  name: 'export',
  describe(command) {
    command
      .summary('save a slice of a table, for local runs, tests and back-tests')
      .argument('<table>', 'name of the table')
      .addOption(
        choice('--format <format>', 'form of the file (default: by the end of --file, else ndjson)', SLICE_FORMATS),
      )
      .option('--file <path>', 'file to write (default: <Table>.ndjson or <Table>.parquet in the working directory)')
      .option('--json', 'print one JSON document')
    withWindow(withBackend(command))
    withJob(
      command,
      'Asks for every row of a table whose TimeGenerated lies in the window, in as many parts as the limits of the service make necessary, and writes them to one file: each row once, no value changed, the file whole or not there. A folder of such files is a data folder: hunt run --data.',
      [
        [
          'a day of one table, for the embedded engine',
          'hunt export AzureActivity --from 2026-03-02 --period 1d --file slice/AzureActivity.parquet',
        ],
        ['then try a rule on it', 'hunt run 5239 --data slice --at 2026-03-03 --no-incidents'],
      ],
    )
  },
  load: async () => (await import('../actions/export.ts')).exportAction,
}
