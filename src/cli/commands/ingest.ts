import type { CliCommand } from '../command.ts'
import { withJob } from '../options.ts'

export const ingest: CliCommand = {
  name: 'ingest',
  describe(command) {
    command
      .summary('keep a columnar copy of a folder of logs')
      .argument('[folder]', 'folder of table files (default: the configured data folder)')
      .option('--to <folder>', 'folder for the copies (default: .ingested in the folder itself)')
      .option('--json', 'print one JSON document')
    withJob(
      command,
      'Reads every table file once, types and checks it, and keeps its rows as Parquet, so that the next hunt over the same logs skips the parsing. Later calls copy what is new or changed. Searching the folder uses a copy only while its file is what it was; with --to, search the folder of copies instead. Exit code 5 when a table could not be copied.',
      [
        ['before hunting through a year of logs again and again', 'hunt ingest ./logs'],
        [
          'logs on a disk that nobody may write to',
          'hunt ingest /mnt/logs --to ./columnar && hunt run --data ./columnar',
        ],
      ],
    )
  },
  load: async () => (await import('../actions/ingest.ts')).ingestAction,
}
