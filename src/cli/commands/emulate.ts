import type { CliCommand } from '../command.ts'
import { SENTINEL_ROLES, WINDOW_ENDS, WINDOW_REACHES } from '../choices.ts'
import { choice, withJob } from '../options.ts'

export const emulate: CliCommand = {
  name: 'emulate',
  describe(command) {
    command
      .summary('serve a folder of logs as the Logs Query API, and the sinks of Azure')
      .option('--data <folder>', 'folder of table files: <Table>.ndjson, .json, .csv, .parquet, each also .gz')
      .option('--port <number>', 'port to listen on (default: 0, any free one)')
      .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
      .option('--tls', 'serve https with a certificate of its own, and ask for tokens of its own token endpoint')
      .option('--now <time>', 'what now() and ago() mean in queries that do not say (default: the present)')
      .option('--cache', 'answer a query that comes again within two minutes from a cache, as the service may')
      .option('--rate-limits', 'answer 429 beyond the rates of the services, and tell what is left of them')
      .option('--loose', 'overlook members, parameters and headers that the services do not know')
      .addOption(
        choice('--sentinel-role <role>', 'what clients may do in Sentinel (default: contributor)', SENTINEL_ROLES),
      )
      .addOption(
        choice('--window-ends <ends>', 'which ends of a time span belong to it (default: half-open)', WINDOW_ENDS),
      )
      .addOption(
        choice('--window-reach <tables>', 'which tables a time span bounds (default: every-table)', WINDOW_REACHES),
      )
      .option('--bookmark-entities', 'list the entities of its bookmarks as entities of an incident')
    withJob(
      command,
      'Serves the Logs Query API over the embedded engine, the incidents of Sentinel and the Logs Ingestion API, so that SDKs, scripts and hunt itself can be tried without a workspace. Prints one JSON line when it listens, and stops on Ctrl-C or SIGTERM.',
      [
        ['serve the bundled week of logs', 'hunt emulate --data samples/data --port 8080 --now 2026-03-09'],
        [
          'search it as if it were Azure',
          'HUNT_ENDPOINT=http://127.0.0.1:8080 HUNT_WORKSPACE_ID=<workspace of the line> hunt query "Heartbeat | take 3"',
        ],
      ],
    )
  },
  load: async () => (await import('../actions/emulate.ts')).emulateAction,
}
