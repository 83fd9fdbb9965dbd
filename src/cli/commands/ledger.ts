import { Argument } from 'commander'
import { LEDGER_JOBS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { withJob } from '../options.ts'

export const ledger: CliCommand = {
  name: 'ledger',
  describe(command) {
    command
      .summary('check, back up or prune the memory of runs and incidents')
      .addArgument(new Argument('<job>', 'what to do').choices([...LEDGER_JOBS]).argParser((text: string) => text))
      .argument('[target]', 'backup: the file to write, or a folder, where the copy is named after the time')
      .option('--output <folder>', 'output folder; the ledger is hunt.db in it, unless HUNT_LEDGER says otherwise')
      .option('--force', 'backup: overwrite the target')
      .option('--keep <duration>', 'prune: forget what is older, 180d by default, 30d at least')
      .option('--yes', 'prune: do it; without it only what would go is counted')
      .option('--json', 'print one JSON document')
    withJob(
      command,
      'Looks after the ledger, the SQLite file that remembers runs, findings and incidents. check holds it against everything that must be true of it, backup copies it while hunt goes on, prune forgets what is old and needed by nothing: what a window still reaches stays known, gaps stay until they are acknowledged. Exit code 1 when the check finds errors, 8 when the ledger cannot be used.',
      [
        ['is the ledger sound?', 'hunt ledger check'],
        ['how much is older than ninety days?', 'hunt ledger prune --keep 90d'],
        ['a copy named after the time, beside a running hunt', 'hunt ledger backup /var/backups/hunt/'],
      ],
    )
  },
  load: async () => (await import('../actions/ledger.ts')).ledgerAction,
}
