import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import type { ExitCode } from '../domain/errors.ts'
import type { Output } from './print/output.ts'
import type { Program } from './program.ts'
import type { Terminal } from './terminal.ts'

/** What a command gets to work with. stdout is data, stderr is talk. */
export interface CommandContext {
  readonly program: Program
  readonly version: string
  readonly out: Output
  readonly err: Output
  readonly outTerminal: Terminal
  readonly errTerminal: Terminal
  /** Settings, with the command line's flags applied. */
  readonly config: Config
  /** Aborted by the first SIGINT or SIGTERM: begin nothing new, stop what runs, leave all files whole. */
  readonly signal: AbortSignal
}

/** Arguments and options as commander read them: the text of each, nothing checked. */
export interface Invocation {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/** What a command does: `Request` is what its command line comes to. */
export interface ActionDefinition<Request> {
  /** Checks the command line. Throws UsageError. */
  parse(invocation: Invocation): Request
  run(request: Request, context: CommandContext): Promise<ExitCode>
}

/** An action whose request type has been closed over. */
export interface Action {
  prepare(invocation: Invocation): (context: CommandContext) => Promise<ExitCode>
}

export function defineAction<Request>(definition: ActionDefinition<Request>): Action {
  return {
    prepare: (invocation) => {
      const request = definition.parse(invocation)
      return (context) => definition.run(request, context)
    },
  }
}

/**
 * A command is two files of one name: `commands/` describes it, `actions/` does it. Help and completion read all
 * descriptions and no action, so that they answer at once.
 */
export interface CliCommand {
  readonly name: string
  /** Adds help, arguments and options. */
  describe(command: Command): void
  load(): Promise<Action>
}
