import type { Diagnostic } from '../../domain/diagnostic.ts'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { RunObserver } from '../../domain/ports.ts'
import type { Rule } from '../../domain/rule.ts'
import type { RunRequest } from '../../domain/run.ts'
import type { ScheduleLedger } from '../../domain/schedule.ts'
import { gravest, runAll } from '../../run/index.ts'
import type { RunAllResult } from '../../run/index.ts'
import { windowOfSlot } from '../../schedule/index.ts'
import { FILE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openSearchTarget, withRunPorts } from '../compose.ts'
import type { SearchTarget } from '../compose.ts'
import { configuredSinkNames } from '../compose-sinks.ts'
import { choicesOption, isOn, textsOption } from '../options.ts'
import { ownTimeWarnings } from '../own-time-filters.ts'
import { planRuns } from '../plan-runs.ts'
import { runReportPieces } from '../print/run-report.ts'
import { summaryLines } from '../print/run-summary.ts'
import type { Delivered } from '../print/run-summary.ts'
import { startRunTalk } from '../print/run-talk.ts'
import { findRules, loadRuleFolder } from '../rule-folder.ts'
import type { RuleFolder } from '../rule-folder.ts'
import { traceRuns, tracerOf } from '../trace.ts'
import type { RunTraces } from '../trace.ts'
import { runTraceLines } from '../print/run-traces.ts'
import { shownPath } from '../shown-path.ts'
import { runDue } from './run-due.ts'
import { parseWindowChoice } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

export interface RunCommandRequest {
  /** What the schedule owes, instead of windows that the command line names. */
  readonly isDue: boolean
  /** Empty means all rules. */
  readonly selectors: readonly string[]
  readonly window: WindowChoice
  readonly workspaces: readonly string[]
  readonly formats: readonly (typeof FILE_FORMATS)[number][] | undefined
  readonly opensIncidents: boolean
  /** A run of a slot that somebody asks for counts for the schedule. */
  readonly countsAsSlot: boolean
  readonly failsOnFindings: boolean
  readonly json: boolean
  readonly traces: boolean
}

export const runAction = defineAction<RunCommandRequest>({
  parse({ args, options }) {
    const all = isOn(options, 'all')
    const isDue = isOn(options, 'due')
    if (isDue) checkDue(options)
    if (isOn(options, 'countAsSlot')) checkCountAsSlot(options)
    if (all ? args.length > 0 : args.length === 0 && !isDue) {
      throw new UsageError({
        code: 'usage/no-rule',
        message: all ? '--all and names of rules cannot be combined' : 'no rule is named',
        hint: 'name rules, for example hunt run 5239248b, or run all of them with --all; hunt list shows them',
      })
    }
    return {
      isDue,
      selectors: args,
      window: parseWindowChoice(options),
      workspaces: textsOption(options, 'workspace'),
      formats: choicesOption(options, 'format', FILE_FORMATS),
      opensIncidents: options['incidents'] !== false,
      countsAsSlot: isOn(options, 'countAsSlot'),
      failsOnFindings: isOn(options, 'failOnFindings'),
      json: isOn(options, 'json'),
      traces: isOn(options, 'trace'),
    }
  },
  run: (request, context) => (request.isDue ? runDue(request, context) : runRules(request, context)),
})

function checkDue(options: Readonly<Record<string, unknown>>): void {
  const other = ['from', 'to', 'period', 'all'].find((name) => options[name] !== undefined)
  const isSilent = options['incidents'] === false
  if (other === undefined && !isSilent) return
  throw new UsageError({
    code: 'usage/due',
    message: `--due and --${other ?? 'no-incidents'} cannot be combined`,
    hint:
      other === undefined
        ? 'a slot that is done is not searched again, so that what it finds must be recorded'
        : '--due runs every rule with a schedule for the slots that it owes; leave --due away to choose a window',
  })
}

function checkCountAsSlot(options: Readonly<Record<string, unknown>>): void {
  const other = ['from', 'to', 'period'].find((name) => options[name] !== undefined)
  const isSilent = options['incidents'] === false
  if (other === undefined && !isSilent) return
  throw new UsageError({
    code: 'usage/count-as-slot',
    message: `--count-as-slot and --${other ?? 'no-incidents'} cannot be combined`,
    hint:
      other === undefined
        ? 'a slot that counts is not searched again, so that what it finds must be recorded'
        : 'only the window that follows from the rule is the one of a slot; name the slot with --at',
  })
}

async function runRules(request: RunCommandRequest, context: CommandContext): Promise<ExitCode> {
  const isAll = request.selectors.length === 0
  const folder = isAll ? await loadRuleFolder(context) : await findRules(request.selectors, context)
  const rules = isAll ? folder.rules.filter(isEnabled) : folder.rules
  if (rules.length === 0) throw noRules(folder)
  const target = await openSearchTarget(context, request.workspaces)
  try {
    return await runOn(target, {
      request,
      context,
      rules,
      diagnostics: isAll ? folder.diagnostics : aboutThese(folder),
    })
  } finally {
    await target.backend.close()
  }
}

interface Job {
  readonly request: RunCommandRequest
  readonly context: CommandContext
  readonly rules: readonly Rule[]
  /** About the files of the rules folder when all of it is run, else about those of the rules that are run. */
  readonly diagnostics: readonly Diagnostic[]
}

async function runOn(target: SearchTarget, { request, context, rules, diagnostics }: Job): Promise<ExitCode> {
  const { config, program, signal } = context
  const { requests, notices } = planRuns({
    rules,
    workspaces: target.workspaces,
    workspaceTags: config.workspaceTags,
    choice: request.window,
    now: program.clock.now(),
    delay: config.delay,
    tableDelays: config.tableDelays,
    opensIncidents: request.opensIncidents,
    purpose: request.countsAsSlot ? 'backfill' : 'ad-hoc',
  })
  const told = request.opensIncidents ? await toldOfTrial(target, context) : []
  const tracer = request.traces ? tracerOf(target) : undefined
  const namesWorkspaces = target.workspaces.length > 1
  const warnings = await ownTimeWarnings(requests, context)
  const talk = await startRunTalk(
    { notices: [...notices, ...told], warnings, total: requests.length, namesWorkspaces },
    context,
  )
  // The embedded engine runs one query at a time; a rule that only waits for it should not look as if it ran.
  const concurrency = target.backend.name === 'local' ? 1 : config.concurrency
  const delivered: Delivered[] = []
  const observer: RunObserver = (event) => {
    if (event.kind === 'delivered') delivered.push(event)
    talk.observe(event)
  }
  const all = await withRunPorts(target, context, { formats: request.formats, observer }, (ports) =>
    runAll(
      requests.map((each) => asSlot(each, ports.ledger)),
      ports,
      { concurrency },
      signal,
    ),
  ).finally(() => talk.stop())
  const exitCode = exitCodeFor(all, request, diagnostics)
  const traces = tracer === undefined ? undefined : await traceRuns(tracer, all.results, config.timeout, signal)
  await printResults(all, { exitCode, delivered, traces }, request, context)
  await talk.problems(all, diagnostics)
  return exitCode
}

/** Where workspaces are searched for real, a try over exported logs must not wake the night shift unawares. */
async function toldOfTrial({ backend }: SearchTarget, context: CommandContext): Promise<readonly string[]> {
  const { workspaces, sinks } = context.config
  if (backend.name !== 'local' || workspaces.length === 0) return []
  const names = (await configuredSinkNames(context)).filter((_, index) => sinks[index]?.type !== 'file')
  if (names.length === 0) return []
  return [`What is new in these logs is told to ${names.join(', ')}; --no-incidents writes files only.`]
}

/** A slot that counts must leave nothing between its window and that of the slot before. */
function asSlot(request: RunRequest, ledger: Pick<ScheduleLedger, 'completeBefore'>): RunRequest {
  if (request.purpose !== 'backfill') return request
  const { rule, workspace, slot, window } = request
  return { ...request, window: windowOfSlot({ ruleId: rule.id, workspace, slot, usual: window }, ledger) }
}

interface PrintedFacts {
  readonly exitCode: ExitCode
  readonly delivered: readonly Delivered[]
  readonly traces: RunTraces | undefined
}

async function printResults(
  all: RunAllResult,
  { exitCode, delivered, traces }: PrintedFacts,
  { json }: RunCommandRequest,
  { out, outTerminal, program }: CommandContext,
): Promise<void> {
  if (json) {
    for await (const piece of runReportPieces(all, exitCode, traces)) await out.write(piece)
  } else {
    const shown = (path: string): string => shownPath(path, program.cwd)
    const lines = summaryLines(all, { terminal: outTerminal, delivered, shown })
    const traced = traces === undefined ? [] : runTraceLines(all.results, traces, outTerminal)
    await out.write(`${[...lines, ...traced].join('\n')}\n`)
  }
}

function exitCodeFor(all: RunAllResult, request: RunCommandRequest, diagnostics: readonly Diagnostic[]): ExitCode {
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  // A rule that cannot be loaded is a rule that does not hunt: with --all, that must not look like success.
  const code = gravest(isBroken ? [all.exitCode, EXIT.incomplete] : [all.exitCode])
  if (code !== EXIT.ok || !request.failsOnFindings) return code
  const found = all.results.some((result) => result.kind === 'finished' && result.outcome.findings.length > 0)
  return found ? EXIT.checkFailed : EXIT.ok
}

function aboutThese({ rules, diagnostics }: RuleFolder): readonly Diagnostic[] {
  const files = new Set(rules.map((rule) => rule.source.file))
  return diagnostics.filter(({ span }) => files.has(span.file))
}

function isEnabled(rule: Rule): boolean {
  return rule.kind === 'Hunting' || rule.enabled
}

function noRules({ diagnostics }: RuleFolder): UsageError {
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  return new UsageError({
    code: 'usage/no-rule',
    message: isBroken ? 'every rule file has errors, so there is no rule to run' : 'the folder of rules holds no rule',
    hint: isBroken ? 'hunt validate explains each problem' : 'name another folder, for example --queries ./queries',
  })
}
