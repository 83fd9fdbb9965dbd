import { DIAGNOSTIC_FORMATS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { choice, withJob, withQueries } from '../options.ts'

export const validate: CliCommand = {
  name: 'validate',
  describe(command) {
    command.summary('check rule files, queries included').argument('[path...]', 'rule files or folders')
    withQueries(command)
      .addOption(choice('--format <format>', 'form of the findings (default: text)', DIAGNOSTIC_FORMATS))
      .option('--json', 'the same as --format json')
      .option('--strict', 'hold the files to the form in which new rules are written')
    withJob(
      command,
      'Reports every problem of every rule file with its place, and binds each query against the table schemas, so that an unknown table, column or function is found before anything runs. Exit code 1 when there are errors.',
      [
        ['the rules of ./queries, or the bundled pack', 'hunt validate'],
        ['for code scanning', 'hunt validate queries --format sarif > hunt.sarif'],
      ],
    )
  },
  load: async () => (await import('../actions/validate.ts')).validateAction,
}
