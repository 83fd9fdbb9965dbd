import type { CliCommand } from '../command.ts'
import { withJob, withQueries } from '../options.ts'

export const list: CliCommand = {
  name: 'list',
  describe(command) {
    command.summary('list the rules').argument('[path...]', 'rule files or folders instead of the rules folder')
    withQueries(command).option('--json', 'print one JSON document')
    withJob(command, 'Shows which rules there are, what kind they are and when they run.', [
      ['the rules of ./queries, or the bundled pack', 'hunt list'],
      ['as JSON, for scripts', 'hunt list --json | jq -r ".rules[].id"'],
    ])
  },
  load: async () => (await import('../actions/list.ts')).listAction,
}
