import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ConfigError, EXIT, IncompleteError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { loadedAnswer, type LoadedAnswer } from '../../domain/loaded-answer.ts'
import type { QueryResult } from '../../domain/ports.ts'
import type { Rule } from '../../domain/rule.ts'
import type { RunRequest } from '../../domain/run.ts'
import { compareResults, pullWatchlist } from '../../extract/index.ts'
import { writeWatchlist } from '../compose-schema.ts'
import { toRunError } from '../../run/failure.ts'
import { ruleQuery } from '../../run/rule-query.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openLocalOver } from '../compose.ts'
import { writeSlice } from '../compose-slice.ts'
import { openOneWorkspace } from '../one-workspace.ts'
import { isOn, textOption } from '../options.ts'
import { planRuns } from '../plan-runs.ts'
import { parityJson, parityLines } from '../print/parity.ts'
import type { ComparedRule } from '../print/parity.ts'
import { findRules } from '../rule-folder.ts'
import { needsOfRules } from '../tables-of-rules.ts'
import { parseWindowChoice } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

interface ParityRequest {
  readonly selector: string
  readonly workspaces: readonly string[]
  readonly window: WindowChoice
  readonly keep: string | undefined
  readonly json: boolean
}

export const parityAction = defineAction<ParityRequest>({
  parse: ({ args, options }) => ({
    selector: args[0] ?? '',
    workspaces: [textOption(options, 'workspace')].filter((name) => name !== undefined),
    window: parseWindowChoice(options),
    keep: textOption(options, 'keep'),
    json: isOn(options, 'json'),
  }),
  async run(request, context): Promise<ExitCode> {
    const { config, out, outTerminal } = context
    if (config.backend !== 'azure') throw needsService()
    const { rules } = await findRules([request.selector], context)
    const [rule] = rules
    if (rule === undefined) throw new TypeError('a selector names a rule or is refused')
    const compared = await withSliceFolder(request.keep, context, (folder) => compare(rule, folder, request, context))
    if (request.json) await out.line(JSON.stringify(parityJson(compared), undefined, 2))
    else await out.write(`${parityLines(compared, outTerminal).join('\n')}\n`)
    return compared.report.equal ? EXIT.ok : EXIT.checkFailed
  },
})

function needsService(): ConfigError {
  return new ConfigError({
    code: 'config/no-workspace',
    message: 'hunt parity compares the service with the embedded engine, and no workspace is configured',
    hint: 'set HUNT_WORKSPACE_ID, for example HUNT_WORKSPACE_ID=00000000-0000-0000-0000-000000000001',
  })
}

/** The rows go to a folder of the user's, or to one that is gone afterwards. */
async function withSliceFolder<Result>(
  keep: string | undefined,
  { program }: CommandContext,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  if (keep !== undefined) return work(isAbsolute(keep) ? keep : join(program.cwd, keep))
  const folder = await mkdtemp(join(tmpdir(), 'hunt-parity-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(
  rule: Rule,
  folder: string,
  request: ParityRequest,
  context: CommandContext,
): Promise<ComparedRule> {
  const { config, program, signal } = context
  const { backend, workspace } = await openOneWorkspace(context, request.workspaces, 'hunt parity asks')
  try {
    const [run] = planRuns({
      rules: [rule],
      workspaces: [workspace],
      choice: request.window,
      now: program.clock.now(),
      delay: config.delay,
      tableDelays: config.tableDelays,
      opensIncidents: false,
    }).requests
    if (run === undefined) throw new TypeError('one rule in one workspace is one run')
    const [needs] = await needsOfRules([rule], context)
    const { tables, watchlists } = needs ?? { tables: [], watchlists: [] }
    const source = { backend, workspace, timeout: config.timeout, now: run.slot }
    const slices = []
    for (const table of tables) {
      const path = join(folder, `${table}.ndjson`)
      const { rows } = await writeSlice({ table, window: run.window, path, format: 'ndjson' }, source, signal)
      slices.push({ table, rows })
    }
    for (const alias of watchlists) await writeWatchlist(folder, await pullWatchlist(alias, source, signal))
    const service = await answerOf(run, backend, context)
    const local = await openLocalOver(folder, context)
    try {
      const report = compareResults(service.table, (await answerOf(run, local, context)).table)
      return { rule, workspace, window: run.window, slices, report, columns: service.table.columns }
    } finally {
      await local.close()
    }
  } finally {
    await backend.close()
  }
}

/** A whole answer: half of one cannot be compared. */
async function answerOf(
  run: RunRequest,
  backend: Awaited<ReturnType<typeof openOneWorkspace>>['backend'],
  { config, signal }: CommandContext,
): Promise<LoadedAnswer> {
  let result: QueryResult
  try {
    result = await backend.query(ruleQuery(run, config.timeout), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw toRunError(error, run.rule)
  }
  if (result.partialError === undefined) return loadedAnswer(result)
  result.release?.()
  throw new IncompleteError({
    code: 'parity/partial-answer',
    message: `the ${backend.name === 'local' ? 'embedded engine' : 'service'} gives a partial answer: ${result.partialError.message}`,
    hint: 'choose a shorter window with --from and --to',
  })
}
