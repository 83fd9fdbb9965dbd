import type { CliCommand } from '../command.ts'
import { withBackend, withJob, withQueries, withWindow } from '../options.ts'

export const run: CliCommand = {
  name: 'run',
  describe(command) {
    command
      .summary('run rules: search, write results, open incidents')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--all', 'every rule of the rules folder: scheduled, NRT and hunting; disabled ones are left out')
      .option('--due', 'one pass of the schedule: every slot that is due and not done yet, oldest first, then exit')
    withWindow(command)
      .option('--at <slot>', 'run as at this time of the schedule: the window follows from each rule')
      .option('--delay <duration>', 'how long logs may take to arrive (default: 5m, for NRT rules 2m)')
    withBackend(command)
    withQueries(command)
      .option('--concurrency <count>', 'how many rules run at the same time (default: 4)')
      .option('--format <list>', 'result files to write: csv, json or both (default: csv,json)')
      .option('--output <folder>', 'folder for result files, incidents and the ledger (default: ./output)')
      .option('--no-incidents', 'write files only: nothing is opened, and findings stay new for the next run')
      .option('--count-as-slot', 'let the schedule take the slot as searched (not with --from, --to or --period)')
      .option('--fail-on-findings', 'exit with 1 when a rule finds something, known or new')
      .option('--trace', 'say how many rows each operator of each rule gives; embedded engine only')
      .option('--json', 'print one JSON document instead of tables')
    withJob(
      command,
      'Runs rules over a window of logs: writes what they find as CSV and JSON, and opens incidents for what is new. Without --from, --to, --period or --at each rule searches the window of its latest slot. Only --due counts as coverage: it runs what the ledger says is owed, catches up on what was missed, and leaves hunting queries alone that have no schedule.',
      [
        [
          'all rules over the bundled week of logs',
          'hunt run --all --data samples/data --from 2026-03-02 --to 2026-03-09',
        ],
        ['one rule over the last seven days of a workspace', 'hunt run 5239248b --period 7d --workspace contoso-prod'],
        ['from cron, every five minutes: what the schedule owes', 'hunt run --due --log-level info'],
      ],
    )
  },
  load: async () => (await import('../actions/run.ts')).runAction,
}
