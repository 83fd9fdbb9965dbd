import type { CliCommand } from '../command.ts'
import { withJob, withQueries } from '../options.ts'

export const test: CliCommand = {
  name: 'test',
  describe(command) {
    command
      .summary('run the tests of rules')
      .argument('[rule...]', 'rules, or test files, whose tests to run; all without it')
    withQueries(command).option('--json', 'print one JSON document')
    withJob(
      command,
      'Runs the tests that lie beside the rules (*.test.yaml): fills tables, runs the rule as hunt run would, and compares findings, entities, alerts and incidents. Exit code 1 when a test differs.',
      [
        ['all tests of ./queries', 'hunt test'],
        ['those of one rule', 'hunt test unique-powershell-script'],
        ['those beside a rule, wherever it lies', 'hunt test drafts/my-rule.yaml'],
      ],
    )
  },
  load: async () => (await import('../actions/test.ts')).testAction,
}
