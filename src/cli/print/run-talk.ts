import type { Logger } from 'pino'
import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { RunObserver } from '../../domain/ports.ts'
import type { RunAllResult } from '../../run/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { CommandContext } from '../command.ts'
import { logRuns, openLogger, wantsLog } from '../log.ts'
import { showProgress } from './progress.ts'
import { problemLines } from './run-problems.ts'
import { wrapped } from './words.ts'

/** What is said on stderr about runs: to a person who watches, or as log lines to whoever collects them. */
export interface RunTalk {
  readonly observe: RunObserver
  /** There will be so many runs, which was not known at the start. */
  expect(total: number): void
  /** Must come before anything else is printed. */
  stop(): Promise<void>
  /** What did not go as it should, after all runs. `diagnostics` are those of rule files. */
  problems(all: RunAllResult, diagnostics: readonly Diagnostic[]): Promise<void>
}

export interface RunTalkOptions {
  readonly notices: readonly string[]
  /** What whoever started the runs did not mean, known before any of them. */
  readonly warnings?: readonly string[]
  readonly total: number | undefined
  readonly namesWorkspaces: boolean
}

export async function startRunTalk(options: RunTalkOptions, context: CommandContext): Promise<RunTalk> {
  if (!wantsLog(context)) return talkToPerson(options, context)
  const logger = await openLogger(context)
  for (const notice of options.notices) logger.info(notice)
  for (const warning of options.warnings ?? []) logger.warn(warning)
  const isJson = context.config.logFormat === 'json'
  const problems = isJson ? logProblems(logger) : printProblems(context)
  return { observe: logRuns(logger), expect: () => undefined, stop: async () => undefined, problems }
}

async function talkToPerson(
  { notices, warnings = [], total, namesWorkspaces }: RunTalkOptions,
  context: CommandContext,
): Promise<RunTalk> {
  const { err, errTerminal, program, signal } = context
  for (const notice of notices) {
    await err.write(`${wrapped(errTerminal.styles.dim(notice), errTerminal).join('\n')}\n`)
  }
  for (const warning of warnings) {
    const text = `${errTerminal.styles.yellow('warning')}: ${terminalSafe(warning)}`
    await err.write(`${wrapped(text, errTerminal).join('\n')}\n`)
  }
  const { clock, stderr } = program
  const progress = await showProgress({ stream: stderr, terminal: errTerminal, clock, total, namesWorkspaces, signal })
  return {
    observe: progress.observe,
    expect: progress.expect,
    stop: () => progress.stop(),
    problems: printProblems(context),
  }
}

function printProblems({ err, errTerminal, version }: CommandContext): RunTalk['problems'] {
  return async (all, diagnostics) => {
    const lines = problemLines(all, diagnostics, { terminal: errTerminal, version })
    if (lines.length > 0) await err.write(`${lines.join('\n')}\n`)
  }
}

/** What the observer has not logged yet: runs that left no outcome, broken rule files, and what the outbox still holds. */
function logProblems(logger: Logger): RunTalk['problems'] {
  return async ({ results, undelivered }, diagnostics) => {
    for (const { code, severity, message, hint, span } of diagnostics) {
      if (severity === 'error') logger.error({ code, hint, ...span }, message)
    }
    for (const result of results) {
      if (result.kind !== 'failed') continue
      const { code, message, hint } = result.error
      logger.error({ rule: result.request.rule.id, workspace: result.request.workspace, code, hint }, message)
    }
    if (undelivered !== undefined && undelivered.length > 0) {
      logger.warn({ deliveries: undelivered.length }, 'deliveries wait for the next run')
    }
  }
}
