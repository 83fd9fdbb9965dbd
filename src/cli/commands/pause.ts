import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries, withWorkspaces } from '../options.ts'

export const pause: CliCommand = {
  name: 'pause',
  describe(command) {
    command
      .summary('stop running a rule for a while')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--all', 'every rule that is scheduled')
      .option('--until <time>', 'when it goes on by itself, ISO 8601 (default: at hunt resume)')
    withLedgerPlace(withWorkspaces(withQueries(command))).option('--json', 'print one JSON document')
    withJob(
      command,
      'The schedule leaves the rule out, also in daemons that are running. The slots of the pause are recorded as a gap, which hunt gaps shows and hunt backfill can search.',
      [
        ['until the change is through', 'hunt pause 5239248b --until 2026-03-05T06:00Z'],
        ['until further notice, on one workspace', 'hunt pause 5239248b --workspace contoso-prod'],
        ['nothing searches this workspace any more', 'hunt pause --all --workspace contoso-lab'],
      ],
    )
  },
  load: async () => (await import('../actions/pause.ts')).pauseAction,
}
