import { EXIT, KqlError, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { AnswerTable } from '../../domain/kusto.ts'
import type { QueryResult } from '../../domain/ports.ts'
import { windowVariables } from '../../domain/run-variables.ts'
import type { Duration, Instant } from '../../domain/time.ts'
import { terminalSafe, terminalSafeLines } from '../../text/terminal.ts'
import { RESULT_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openOneWorkspace } from '../one-workspace.ts'
import { traceLines, traceQuery, tracerOf } from '../trace.ts'
import { formatOption, isOn, textsOption } from '../options.ts'
import { errorLines } from '../print/error.ts'
import { resultLines } from '../print/result-table.ts'
import { csvPieces, jsonPieces, ndjsonPieces } from '../print/result-text.ts'
import { countOf, elapsed } from '../print/words.ts'
import { readQueryText, withPlace } from '../query-text.ts'
import { instantOption, parseWindowChoice, windowOf } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

interface QueryCommandRequest {
  readonly argument: string | undefined
  readonly window: WindowChoice
  readonly now: Instant | undefined
  readonly workspaces: readonly string[]
  readonly format: (typeof RESULT_FORMATS)[number]
  readonly traces: boolean
}

export const queryAction = defineAction<QueryCommandRequest>({
  parse({ args, options }) {
    if (args.length > 1) {
      throw new UsageError({
        code: 'usage/too-many-arguments',
        message: `a query is one argument, but there are ${args.length}`,
        hint: 'put the query in quotes, or in a file: hunt query @file.kql',
      })
    }
    return {
      argument: args[0],
      window: parseWindowChoice(options),
      now: instantOption(options, 'now'),
      workspaces: textsOption(options, 'workspace'),
      format: formatOption(options, RESULT_FORMATS) ?? 'table',
      traces: isOn(options, 'trace'),
    }
  },
  async run(request, context): Promise<ExitCode> {
    const { program, config, signal } = context
    const text = await readQueryText(request.argument, program)
    const target = await openOneWorkspace(context, request.workspaces, 'an ad-hoc query searches')
    const { backend, workspace } = target
    const startedAt = program.clock.now()
    const window = request.window.kind === 'window' ? windowOf(request.window, startedAt) : undefined
    const now = request.now ?? window?.end
    try {
      const tracer = request.traces ? tracerOf(target) : undefined
      const variables = windowVariables(window)
      const asked = { query: text.text, window, now, variables, workspace, timeout: config.timeout }
      const result = await backend.query(asked, signal)
      const duration = (program.clock.now() - startedAt) as Duration
      let exitCode: ExitCode
      try {
        exitCode = await print(result, request.format, context, duration)
      } finally {
        result.release?.()
      }
      if (tracer !== undefined) {
        const steps = await traceQuery(tracer, asked, text, signal)
        await context.err.write(`${traceLines(steps, context.errTerminal).join('\n')}\n`)
      }
      return exitCode
    } catch (error) {
      throw error instanceof KqlError ? withPlace(error, text) : error
    } finally {
      await backend.close()
    }
  },
})

async function print(
  result: QueryResult,
  format: QueryCommandRequest['format'],
  context: CommandContext,
  duration: Duration,
): Promise<ExitCode> {
  const { out, err, errTerminal, program } = context
  for (const piece of piecesOf(result.table, format, context)) {
    if (out.isClosed) break
    // A terminal must not be driven by what logs contain, whatever the format.
    await out.write(program.stdout.isTTY === true && format !== 'table' ? terminalSafeLines(piece) : piece)
  }
  for (const warning of result.warnings)
    await err.line(`${errTerminal.styles.yellow('warning')}: ${terminalSafe(warning)}`)
  if (result.partialError !== undefined) {
    await err.write(`${errorLines({ ...result.partialError }, errTerminal).join('\n')}\n`)
  }
  if (format === 'table') {
    await err.line(errTerminal.styles.dim(`${countOf(result.table.rows.length, 'row')} in ${elapsed(duration)}`))
  }
  return result.status === 'partial' ? EXIT.incomplete : EXIT.ok
}

function piecesOf(
  table: AnswerTable,
  format: QueryCommandRequest['format'],
  { outTerminal }: CommandContext,
): Iterable<string> {
  switch (format) {
    case 'table':
      return resultLines({ columns: table.columns, rows: [...table.rows] }, outTerminal).map((line) => `${line}\n`)
    case 'csv':
      return csvPieces(table)
    case 'json':
      return jsonPieces(table)
    case 'ndjson':
      return ndjsonPieces(table)
  }
}
