import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { LOG_FORMATS, LOG_LEVELS } from '../config/choices.ts'
import { BackendError, EXIT, UsageError } from '../domain/errors.ts'
import type { ExitCode } from '../domain/errors.ts'
import { nearestName } from '../text/near-name.ts'
import type { CliCommand, CommandContext, Invocation } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { choice, settingFlags, textOption, withJob } from './options.ts'
import { Output } from './print/output.ts'
import type { Program } from './program.ts'
import { watchSignals } from './signals.ts'
import { terminalOf } from './terminal.ts'
import { toUsageError } from './usage-error.ts'

/** Does what the command line says and resolves with the exit code; every failure has been printed by then. */
export async function runCli(argv: readonly string[], program: Program): Promise<ExitCode> {
  const signals = watchSignals(program)
  const surroundings: Surroundings = {
    program,
    version: versionOf(program.packageRoot),
    out: new Output(program.stdout),
    err: new Output(program.stderr),
    outTerminal: terminalOf(program.stdout, program.env),
    errTerminal: terminalOf(program.stderr, program.env),
    signal: signals.signal,
  }
  const stopCatching = program.onStrayFailure((failure) => {
    // Nobody can tell what it has left undone, so the rest stops as it does for a signal: queries are cancelled, leases go back.
    const stop = (): void => signals.stop('a bug', EXIT.internal)
    printFailure(failure, surroundings).then(stop, stop)
  })
  let lostThreads = 0
  const stopCounting = program.onLostThread(() => {
    if (++lostThreads < MOST_LOST_THREADS) return
    const stop = (): void => signals.stop('queries that do not stop', EXIT.internal)
    printFailure(tooManyLost(), surroundings).then(stop, stop)
  })
  try {
    const code = await dispatch(argv, surroundings)
    return signals.exitCode ?? code
  } catch (failure) {
    // What a stop interrupted is not a failure: the signal's own exit code says what happened.
    if (signals.exitCode !== undefined && isAbort(failure)) return signals.exitCode
    return await printFailure(failure, surroundings)
  } finally {
    stopCatching()
    stopCounting()
    signals.dispose()
  }
}

/** Of libuv's four, over which DuckDB, files and host names go. */
const MOST_LOST_THREADS = 3

function tooManyLost(): BackendError {
  return new BackendError({
    code: 'local/lost-threads',
    message: `${MOST_LOST_THREADS} queries did not stop when they were told to, and hunt ends while it still can`,
    hint: 'see the errors of these queries; what was not run yet is run when hunt is started again',
  })
}

async function printFailure(failure: unknown, { err, errTerminal, version }: Surroundings): Promise<ExitCode> {
  const { describeFailure } = await import('./print/error.ts')
  const { lines, exitCode } = describeFailure(failure, { version, terminal: errTerminal })
  await err.write(`${lines.join('\n')}\n`)
  return exitCode
}

type Surroundings = Omit<CommandContext, 'config'>

async function dispatch(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { program, out, err, errTerminal } = surroundings
  if (argv[0] === 'complete' && argv[1] === '--') {
    const { answerCompletion } = await import('./completion/answer.ts')
    await out.write(await answerCompletion(argv.slice(2), buildCommandTree(), program))
    return EXIT.ok
  }
  const parsed = await parseCommandLine(argv, surroundings)
  if (parsed === undefined) return EXIT.ok
  const { options } = parsed.invocation
  const [{ loadConfig }, action] = await Promise.all([import('../config/load-config.ts'), parsed.command.load()])
  const run = action.prepare(parsed.invocation)
  const config = await loadConfig({
    cwd: program.cwd,
    env: program.env,
    flags: settingFlags(options),
    configFile: textOption(options, 'config'),
  })
  for (const warning of config.warnings) await err.line(`${errTerminal.styles.yellow('warning')}: ${warning}`)
  return run({ ...surroundings, config })
}

interface Parsed {
  readonly command: CliCommand
  readonly invocation: Invocation
}

/** Undefined when commander has answered by itself: help or version. */
async function parseCommandLine(
  argv: readonly string[],
  { version, out, outTerminal }: Surroundings,
): Promise<Parsed | undefined> {
  let printed = ''
  let parsed: Parsed | undefined
  const root = buildCommandTree((command, invocation) => {
    parsed = { command, invocation }
  })
  for (const each of [root, ...root.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(outTerminal.width ?? 80, 120),
      getErrHelpWidth: () => Math.min(outTerminal.width ?? 80, 120),
      getOutHasColors: () => outTerminal.styles.isColorSupported,
      getErrHasColors: () => outTerminal.styles.isColorSupported,
    })
  }
  root.version(version, '-V, --version', 'print the version')
  try {
    if (argv.length === 0) root.outputHelp()
    else await root.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander would print the whole help for `help lst`, and say nothing of what is wrong.
    if (error.code === 'commander.help' && error.exitCode !== 0) throw unknownCommand(root, argv)
    if (error.exitCode !== 0) throw toUsageError(error, commandLineOf(root, argv))
  }
  await out.write(printed)
  return parsed
}

/** The commander tree; `onParsed` is told which command was called with what. */
export function buildCommandTree(onParsed?: (command: CliCommand, invocation: Invocation) => void): Command {
  const root = new Command('hunt')
    .usage('<command> [options]')
    .option('--config <file>', 'settings file (default: ./hunt.yaml when there is one)')
    .addOption(choice('--log-level <level>', 'how much is logged on stderr (default: warn)', LOG_LEVELS))
    .addOption(choice('--log-format <format>', 'form of log lines (default: text)', LOG_FORMATS))
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
  withJob(root, 'Hunts with Microsoft Sentinel rules through Log Analytics workspaces or a folder of logs.', [
    [
      'search the bundled week of logs with every rule',
      'hunt run --all --data samples/data --from 2026-03-02 --to 2026-03-09',
    ],
    ['what rules are there?', 'hunt list'],
  ])
  for (const command of COMMANDS) {
    const sub = root.command(command.name)
    sub.helpOption('-h, --help', 'print this help')
    command.describe(sub)
    sub.action(() => {
      onParsed?.(command, { args: sub.args, options: sub.optsWithGlobals() })
    })
  }
  return root
}

function unknownCommand(root: Command, argv: readonly string[]): UsageError {
  const wanted = argv[argv.indexOf('help') + 1] ?? ''
  const near = nearestName(
    wanted,
    root.commands.map((each) => each.name()),
  )
  const suggestion = near === undefined ? '' : `did you mean ${near}? Otherwise `
  return new UsageError({
    code: 'usage/unknown-command',
    message: `unknown command '${wanted}'`,
    hint: `${suggestion}see hunt --help`,
  })
}

function commandLineOf(root: Command, argv: readonly string[]): string {
  const command = root.commands.find((each) => argv.includes(each.name()))
  return command === undefined ? 'hunt' : `hunt ${command.name()}`
}

function isAbort(failure: unknown): boolean {
  return failure instanceof Error && (failure.name === 'AbortError' || failure.name === 'StoppedError')
}

function versionOf(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  return version
}
