import { Argument } from 'commander'
import { CLASSIFICATIONS } from '../../domain/ports.ts'
import { INCIDENT_JOBS, SEVERITIES } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { choice, withJob, withLedgerPlace } from '../options.ts'

export const incidents: CliCommand = {
  name: 'incidents',
  describe(command) {
    command
      .summary('list, read, close, comment or export incidents')
      .addArgument(
        new Argument('[job]', 'what to do (default: list)')
          .choices([...INCIDENT_JOBS])
          .argParser((text: string) => text),
      )
      .argument('[id]', 'id of the incident, or its beginning')
      .option('--all', 'list: closed ones too')
      .option('--since <time>', 'list: only what changed since then, ISO 8601')
      .option('--rule <rule>', 'list: only of rules with this beginning of the id or part of the name')
      .addOption(choice('--severity <least>', 'list: only this severity or a graver one', SEVERITIES))
      .option('--entity <text>', 'list: only with an entity like host:vm-1 or ip:10.0.0.0/24, or part of its name')
      .option('--limit <count>', 'list: how many, latest first (default: 100)')
      .option('--text <text>', 'close and comment: what there is to say')
      .addOption(choice('--as <classification>', 'close: what it turned out to be', CLASSIFICATIONS))
      .option('--by <name>', 'close and comment: who (default: the user that runs hunt)')
      .option('--to <folder>', 'export: where the folder of the incident goes (default: ./evidence)')
    withLedgerPlace(command).option('--json', 'print one JSON document')
    withJob(
      command,
      'Works with the incidents of the ledger. show tells an incident’s story: why it was opened, why each alert joined it, who closed it. export makes an evidence pack: the incident, the rule as it ran, its query, the result files and their SHA-256 sums. Each sink that knows the incident is told, with the next run, that it was closed or commented; an alert opens it again only where its rule says so.',
      [
        ['what is open?', 'hunt incidents'],
        ['what else was there on a machine?', 'hunt incidents --all --entity vm-1 --severity medium'],
        ['the story of one', 'hunt incidents show 2c704aca'],
        ['it was nothing', 'hunt incidents close 2c704aca --as BenignPositive --text "patch day"'],
        ['everything about it, for the file', 'hunt incidents export 2c704aca --to /srv/evidence'],
      ],
    )
  },
  load: async () => (await import('../actions/incidents.ts')).incidentsAction,
}
