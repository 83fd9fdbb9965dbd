import { Argument } from 'commander'
import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { defineCommand } from '../command.ts'
import { COMPLETION_SCRIPTS, SHELLS } from '../completion/scripts.ts'
import type { Shell } from '../completion/scripts.ts'
import { oneOf, withJob } from '../options.ts'

export const completion = defineCommand<Shell>({
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
  parse: ({ args }) => oneOf(args[0] ?? '', 'the shell', SHELLS),
  async run(shell, { out }): Promise<ExitCode> {
    await out.write(COMPLETION_SCRIPTS[shell])
    return EXIT.ok
  },
})
