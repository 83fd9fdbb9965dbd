import { Argument } from 'commander'
import type { CliCommand } from '../command.ts'
import { SHELLS } from '../completion/shells.ts'
import { withJob } from '../options.ts'

export const completion: CliCommand = {
  name: 'completion',
  describe(command) {
    command
      .summary('print a script that completes commands, options and rules')
      .addArgument(new Argument('<shell>', 'your shell').choices([...SHELLS]).argParser((text: string) => text))
    withJob(command, 'Prints a script with which your shell completes commands, options, values and rules.', [
      ['bash, for this session', 'source <(hunt completion bash)'],
      ['zsh, for all sessions', 'hunt completion zsh > "${fpath[1]}/_hunt"'],
      ['PowerShell, in $PROFILE', 'hunt completion powershell | Out-String | Invoke-Expression'],
    ])
  },
  load: async () => (await import('../actions/completion.ts')).completionAction,
}
