import type { CliCommand } from '../command.ts'
import { withBackend, withJob, withLedgerPlace, withQueries } from '../options.ts'

export const doctor: CliCommand = {
  name: 'doctor',
  describe(command) {
    command
      .summary('check login, workspaces, tables, sinks, disk and ledger, and which rule can run where')
      .argument('[rule...]', 'id, beginning of an id, name, or file path (default: all rules)')
    withLedgerPlace(withBackend(withQueries(command)))
      .option('--at <time>', 'look at the data as of this time (default: now)')
      .option('--json', 'print one JSON document')
    withJob(
      command,
      'Looks at everything that has to work before rules can: the login, each workspace, each table that the rules read (there, fresh, with the columns and the ingestion delay that the rules count on), retention, clock, sinks, disk and ledger. Then binds each rule against what each workspace really has. One line each with the remedy; exit code 1 when something fails.',
      [
        ['before the first scheduled run, and after each change of roles or connectors', 'hunt doctor'],
        ['can one rule run everywhere?', 'hunt doctor 5239248b'],
        ['what fails, for a script', `hunt doctor --json | jq '.checks[] | select(.status == "failure")'`],
      ],
    )
  },
  load: async () => (await import('../actions/doctor.ts')).doctorAction,
}
