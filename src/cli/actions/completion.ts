import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { defineAction } from '../command.ts'
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts'
import { SHELLS } from '../completion/shells.ts'
import type { Shell } from '../completion/shells.ts'
import { oneOf } from '../options.ts'

export const completionAction = defineAction<Shell>({
  parse: ({ args }) => oneOf(args[0] ?? '', 'the shell', SHELLS),
  async run(shell, { out }): Promise<ExitCode> {
    await out.write(COMPLETION_SCRIPTS[shell])
    return EXIT.ok
  },
})
