import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace, withQueries } from '../options.ts'

export const silence: CliCommand = {
  name: 'silence',
  describe(command) {
    command
      .summary('tell nobody of a rule or an entity for a while')
      .argument('<target>', 'a rule, or an entity: host:vm-1, account:eve@contoso.com, ip:10.0.0.0/24')
      .option('--until <time>', 'when it ends, ISO 8601')
      .option('--for <duration>', 'how long it lasts, such as 4h, instead of --until')
      .option('--reason <text>', 'why; whoever is told at its end reads it')
      .option('--rule <rule>', 'of an entity: only in findings of this rule')
      .option('--workspace <name>', 'only in this workspace')
      .option('--by <name>', 'who (default: the user that runs hunt)')
    withLedgerPlace(withQueries(command)).option('--json', 'print one JSON document')
    withJob(
      command,
      'Rules go on: what they find is recorded and incidents open in the ledger, but no sink is told as long as the silence holds. An incident that concerns somebody else too is told all the same. When the silence ends, each sink gets one summary of what was held back. To hide what is known to be harmless, write an exclusion (docs/exclusions.md).',
      [
        ['a maintenance on one machine', 'hunt silence host:vm-1 --for 4h --reason "patch window"'],
        [
          'a noisy rule until it is mended',
          'hunt silence 5239248b --until 2026-03-05T06:00Z --reason "new agent, see ticket 4711"',
        ],
      ],
    )
  },
  load: async () => (await import('../actions/silence.ts')).silenceAction,
}
