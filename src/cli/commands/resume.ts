import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries, withWorkspaces } from '../options.ts'

export const resume: CliCommand = {
  name: 'resume',
  describe(command) {
    command
      .summary('run a paused rule again')
      .argument('[rule...]', 'id, beginning of an id, name, or file path')
      .option('--all', 'every rule that is scheduled')
    withLedgerPlace(withWorkspaces(withQueries(command))).option('--json', 'print one JSON document')
    withJob(command, 'Ends a pause: the next slot runs again. What the pause left out stays in hunt gaps.', [
      ['go on', 'hunt resume 5239248b'],
      ['and search what was left out', 'hunt resume 5239248b && hunt backfill 5239248b --from 2026-03-02'],
    ])
  },
  load: async () => (await import('../actions/pause.ts')).resumeAction,
}
