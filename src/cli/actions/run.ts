import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Rule } from '../../domain/rule.ts'
import { gravest, runAll } from '../../run/index.ts'
import type { RunAllResult } from '../../run/index.ts'
import { FILE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openRunPorts, openSearchTarget } from '../compose.ts'
import { choicesOption, isOn, textsOption } from '../options.ts'
import { planRuns } from '../plan-runs.ts'
import { showProgress } from '../print/progress.ts'
import { runReportPieces } from '../print/run-report.ts'
import { summaryLines } from '../print/run-summary.ts'
import { problemLines } from '../print/run-problems.ts'
import { findRules, loadRuleFolder } from '../rule-folder.ts'
import type { RuleFolder } from '../rule-folder.ts'
import { shownPath } from '../shown-path.ts'
import { parseWindowChoice } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

interface RunCommandRequest {
  /** Empty means all rules. */
  readonly selectors: readonly string[]
  readonly window: WindowChoice
  readonly workspaces: readonly string[]
  readonly formats: readonly (typeof FILE_FORMATS)[number][] | undefined
  readonly opensIncidents: boolean
  readonly failsOnFindings: boolean
  readonly json: boolean
}

export const runAction = defineAction<RunCommandRequest>({
  parse({ args, options }) {
    const all = isOn(options, 'all')
    if (all === args.length > 0) {
      throw new UsageError({
        code: 'usage/no-rule',
        message: all ? '--all and names of rules cannot be combined' : 'no rule is named',
        hint: 'name rules, for example hunt run 5239248b, or run all of them with --all; hunt list shows them',
      })
    }
    return {
      selectors: args,
      window: parseWindowChoice(options),
      workspaces: textsOption(options, 'workspace'),
      formats: choicesOption(options, 'format', FILE_FORMATS),
      opensIncidents: options['incidents'] !== false,
      failsOnFindings: isOn(options, 'failOnFindings'),
      json: isOn(options, 'json'),
    }
  },
  run: runRules,
})

async function runRules(request: RunCommandRequest, context: CommandContext): Promise<ExitCode> {
  const isAll = request.selectors.length === 0
  const folder = isAll ? await loadRuleFolder(context) : await findRules(request.selectors, context)
  const rules = isAll ? folder.rules.filter(isEnabled) : folder.rules
  const target = await openSearchTarget(context, request.workspaces)
  const plan = planRuns({
    rules,
    workspaces: target.workspaces,
    choice: request.window,
    now: context.program.clock.now(),
    delay: context.config.delay,
    opensIncidents: request.opensIncidents,
  })
  const { err, errTerminal } = context
  for (const notice of plan.notices) await err.line(errTerminal.styles.dim(notice))
  const progress = await showProgress({
    stream: context.program.stderr,
    terminal: errTerminal,
    clock: context.program.clock,
    total: plan.requests.length,
    namesWorkspaces: target.workspaces.length > 1,
  })
  const { ports, close } = await openRunPorts(target, context, { formats: request.formats, observer: progress.observe })
  const { concurrency } = context.config
  const all = await runAll(plan.requests, ports, { concurrency }, context.signal)
    .finally(() => progress.stop())
    .finally(close)
  return report(all, { request, context, folder, isAll })
}

interface Reported {
  readonly request: RunCommandRequest
  readonly context: CommandContext
  readonly folder: RuleFolder
  readonly isAll: boolean
}

async function report(all: RunAllResult, { request, context, folder, isAll }: Reported): Promise<ExitCode> {
  const { out, err, outTerminal, errTerminal, program } = context
  const exitCode = exitCodeFor(all, request, isAll ? folder : undefined)
  if (request.json) {
    for await (const piece of runReportPieces(all, exitCode)) await out.write(piece)
  } else {
    const shown = (path: string): string => shownPath(path, program.cwd)
    await out.write(`${summaryLines(all, { terminal: outTerminal, shown }).join('\n')}\n`)
  }
  const problems = problemLines(all, isAll ? folder.diagnostics : [], errTerminal)
  if (problems.length > 0) await err.write(`${problems.join('\n')}\n`)
  return exitCode
}

function exitCodeFor(all: RunAllResult, request: RunCommandRequest, folder: RuleFolder | undefined): ExitCode {
  const isBroken = folder?.diagnostics.some(({ severity }) => severity === 'error') === true
  // A rule that cannot be loaded is a rule that does not hunt: with --all, that must not look like success.
  const codes = isBroken ? [all.exitCode, EXIT.incomplete] : [all.exitCode]
  const code = gravest(codes)
  if (code !== EXIT.ok || !request.failsOnFindings) return code
  const found = all.results.some((result) => result.kind === 'finished' && result.outcome.findings.length > 0)
  return found ? EXIT.checkFailed : EXIT.ok
}

function isEnabled(rule: Rule): boolean {
  return rule.kind === 'Hunting' || rule.enabled
}
