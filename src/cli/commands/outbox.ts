import { Argument } from 'commander'
import { OUTBOX_JOBS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace } from '../options.ts'

export const outbox: CliCommand = {
  name: 'outbox',
  describe(command) {
    command
      .summary('show, retry or drop deliveries to sinks that did not arrive')
      .addArgument(
        new Argument('[job]', 'what to do (default: list)').choices([...OUTBOX_JOBS]).argParser((text: string) => text),
      )
      .argument('[id...]', 'numbers of deliveries, as list shows them')
      .option('--sink <name>', 'only deliveries to this sink')
      .option('--dead', 'only those that are given up: refused by the receiver, or failing for a week')
      .option('--all', 'retry and drop: every delivery that is not excluded otherwise')
    withLedgerPlace(command).option('--json', 'print one JSON document')
    withJob(
      command,
      'Looks after deliveries that sinks still owe. list shows them, retry makes them due at once, also the dead ones; the next run, or the running scheduler, delivers them. drop ends them: the incident stays in files and ledger, and that sink is never told. Exit code of list: 1 when there are any.',
      [
        ['what did not arrive, and why?', 'hunt outbox'],
        ['the webhook works again: try everything now', 'hunt outbox retry --sink webhook'],
        ['nobody needs this one any more', 'hunt outbox drop 17'],
      ],
    )
  },
  load: async () => (await import('../actions/outbox.ts')).outboxAction,
}
