import { STAGES } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { choice, withJob, withQueries, withWindow } from '../options.ts'

export const explain: CliCommand = {
  name: 'explain',
  describe(command) {
    command
      .summary('show what the embedded engine makes of a query')
      .argument('[rule]', 'id, beginning of an id, name, or file path')
      .option('--query <kql>', 'KQL, @file, or - for standard input, instead of a rule')
      .addOption(choice('--stage <stage>', 'which form to show (default: sql)', STAGES))
      .option('--analyze', 'run the query, and show the plan with the time and rows of each step')
      .option('--data <folder>', 'folder of table files; rows and --analyze need it, the rest uses its columns')
      .option('--json', 'print one JSON document')
      .option('--at <slot>', 'time of the schedule at which the rule is looked at')
    withQueries(withWindow(command))
    withJob(
      command,
      'Shows a query on its way through the embedded engine: bound (as the Kusto language service understood it), ir (the plan), sql (what DuckDB runs), plan (how DuckDB runs it), or rows (what each operator of the pipeline gives).',
      [
        [
          'where do the rows get lost?',
          'hunt explain unique-powershell-script --stage rows --data samples/data --at 2026-03-04',
        ],
        ['the SQL of a query', "hunt explain --query 'Heartbeat | summarize count() by Computer'"],
      ],
    )
  },
  load: async () => (await import('../actions/explain.ts')).explainAction,
}
