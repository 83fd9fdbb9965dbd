import type { CliCommand } from '../command.ts'
import { withJob, withQueries } from '../options.ts'

export const show: CliCommand = {
  name: 'show',
  describe(command) {
    command
      .summary('show a rule: schedule, trigger, entities, query')
      .argument('<rule...>', 'id, beginning of an id, name, or file path')
    withQueries(command).option('--json', 'print one JSON document')
    withJob(command, 'Shows all of a rule as hunt understood it.', [
      ['by the beginning of its id', 'hunt show 5239248b'],
      ['its query alone', 'hunt show 5239248b --json | jq -r ".rules[0].query"'],
    ])
  },
  load: async () => (await import('../actions/show.ts')).showAction,
}
