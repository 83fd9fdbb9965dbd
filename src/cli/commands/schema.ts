import { Argument } from 'commander'
import { SCHEMA_JOBS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { withBackend, withJob, withQueries } from '../options.ts'

export const schema: CliCommand = {
  name: 'schema',
  describe(command) {
    command
      .summary('take over tables, saved functions and watchlists of a workspace, for checks and local runs')
      .addArgument(new Argument('<job>', 'what to do').choices([...SCHEMA_JOBS]).argParser((text: string) => text))
      .option('--to <folder>', 'folder to write to (default: that of the setting schemas, else ./schemas)')
      .option(
        '--table <name>',
        'look at this table too; repeat for several',
        (name: string, all: readonly string[] = []) => [...all, name],
      )
      .option('--json', 'print one JSON document')
    withBackend(withQueries(command))
    withJob(
      command,
      'pull asks a workspace for the columns of every table that received data in 31 days and of those that the rules read, for its saved functions and its watchlists, and writes tables.json, functions/ and watchlists/. hunt validate and the embedded engine then know them, once HUNT_SCHEMAS names the folder. Exit code 7 when a part could not be taken.',
      [
        ['of the one configured workspace', 'hunt schema pull --to schemas'],
        ['of one of several', 'hunt schema pull --workspace contoso-prod'],
      ],
    )
  },
  load: async () => (await import('../actions/schema.ts')).schemaAction,
}
