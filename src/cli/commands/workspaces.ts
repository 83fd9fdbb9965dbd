import { Argument } from 'commander'
import { WORKSPACE_JOBS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { withJob } from '../options.ts'

export const workspaces: CliCommand = {
  name: 'workspaces',
  describe(command) {
    command
      .summary('list the configured workspaces, or those that the identity can see')
      .addArgument(
        new Argument('[job]', 'what to do (default: list)')
          .choices([...WORKSPACE_JOBS])
          .argParser((text: string) => text),
      )
      .option('--yaml', 'discover: print the list as hunt.yaml takes it')
      .option('--json', 'print one JSON document')
    withJob(
      command,
      'list shows the workspaces of the settings. discover asks Azure Resource Manager for every Log Analytics workspace that the identity can see, with its retention and the name under which it is configured; --yaml prints it for hunt.yaml. Seeing a workspace is not the right to query it: hunt doctor tries that.',
      [
        ['what is configured', 'hunt workspaces'],
        ['what could be searched, ready for hunt.yaml', 'hunt workspaces discover --yaml >> hunt.yaml'],
      ],
    )
  },
  load: async () => (await import('../actions/workspaces.ts')).workspacesAction,
}
