import type { CliCommand } from '../command.ts'
import { withBackend, withJob, withQueries } from '../options.ts'

export const backfill: CliCommand = {
  name: 'backfill',
  describe(command) {
    command
      .summary('search slots of the past as the schedule would have')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--all', 'every rule that has a schedule')
      .option('--from <time>', 'first slot, ISO 8601, UTC unless it says otherwise')
      .option('--to <time>', 'last slot, inclusive (default: now)')
      .option('--again', 'also slots that are searched completely already')
    withBackend(command)
      .option('--delay <duration>', 'how long logs may take to arrive (default: 5m, for NRT rules 2m)')
      .option('--concurrency <count>', 'how many rules run at the same time (default: 4)')
      .option('--format <list>', 'result files to write: csv, json or both (default: csv,json)')
      .option('--output <folder>', 'folder for result files, incidents and the ledger (default: ./output)')
    withQueries(command).option('--json', 'print one JSON document instead of tables')
    withJob(
      command,
      'Runs rules for the slots of their schedule between two times, each over its own window and with now() meaning the slot, and counts them as searched: this closes gaps. Findings that are known open nothing again.',
      [
        ['close a gap of a rule', 'hunt backfill 5239248b --from 2026-03-02 --to 2026-03-05'],
        ['a new rule over the last month', 'hunt backfill my-rule --from 2026-02-01'],
      ],
    )
  },
  load: async () => (await import('../actions/backfill.ts')).backfillAction,
}
