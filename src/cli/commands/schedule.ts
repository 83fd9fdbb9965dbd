import type { CliCommand } from '../command.ts'
import { withBackend, withJob, withQueries } from '../options.ts'

export const schedule: CliCommand = {
  name: 'schedule',
  describe(command) {
    command.summary('keep running: every rule at its time, until it is stopped')
    withBackend(command)
      .option('--delay <duration>', 'how long logs may take to arrive (default: 5m, for NRT rules 2m)')
      .option('--concurrency <count>', 'how many rules run at the same time (default: 4)')
      .option('--format <list>', 'result files to write: csv, json or both (default: csv,json)')
      .option('--output <folder>', 'folder for result files, incidents and the ledger (default: ./output)')
      .option('--metrics-port <number>', 'serve /metrics and /healthz on this port of this machine (0: any free one)')
    withQueries(command)
    withJob(
      command,
      'Runs every rule at each slot of its schedule, and catches up on what was missed while it did not run. Rule files are read again when they change. Ctrl-C or SIGTERM ends it cleanly: nothing new begins, and what was begun stays due. Several may share a ledger, also with hunt run --due from cron: no slot runs twice.',
      [
        ['a workspace, with one log line a run', 'hunt schedule --log-level info'],
        ['a folder of logs that grows', 'hunt schedule --data ./export'],
      ],
    )
  },
  load: async () => (await import('../actions/schedule.ts')).scheduleAction,
}
