import type { Diagnostic } from '../../domain/diagnostic.ts'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode, HuntError } from '../../domain/errors.ts'
import type { RunObserver } from '../../domain/ports.ts'
import type { ScheduleState } from '../../domain/schedule.ts'
import type { Instant } from '../../domain/time.ts'
import { exitCodeOf, finishDeliveries, gravest } from '../../run/index.ts'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import { makePlan, Runner, statusOf, tellHealth } from '../../schedule/index.ts'
import type { Planned, ScheduleEvent, SchedulerPorts } from '../../schedule/index.ts'
import { minutes } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import type { CommandContext } from '../command.ts'
import { openSearchTarget, planSettings, withRunPorts } from '../compose.ts'
import type { SearchTarget } from '../compose.ts'
import { measuredDelays, openDelayMeasurements } from '../compose-delays.ts'
import { giveSignOfLife } from '../compose-monitor.ts'
import { createReporter } from '../compose-report.ts'
import { oldVersionEvent, twinEvents, withGoodVersions } from '../good-versions.ts'
import type { OldVersion } from '../good-versions.ts'
import { ruleTextChecker } from '../check-rule-text.ts'
import { passReport } from '../print/pass-report.ts'
import { passSummaryLines } from '../print/pass-summary.ts'
import type { Delivered } from '../print/run-summary.ts'
import { startRunTalk } from '../print/run-talk.ts'
import { findRules, loadRuleFolder, queriesFolderName } from '../rule-folder.ts'
import type { RuleFolder } from '../rule-folder.ts'
import { sayScheduleEvents, startScheduleTalk } from '../print/schedule-talk.ts'
import { monitorProblem } from '../schedule-monitor.ts'
import { schemaVersion } from '../schema-version.ts'
import { shownPath } from '../shown-path.ts'
import type { RunCommandRequest } from './run.ts'

/** One pass of the schedule: everything that is due now, then the end. */
export async function runDue(request: RunCommandRequest, context: CommandContext): Promise<ExitCode> {
  const { program, signal } = context
  const isWhole = request.selectors.length === 0
  const folder = isWhole ? await loadRuleFolder(context) : await findRules(request.selectors, context)
  const now = momentOf(request, program.clock.now())
  const target = await openSearchTarget(context, request.workspaces)
  try {
    return await pass({ request, context, target, folder, isWhole, now }, signal)
  } finally {
    await target.backend.close()
  }
}

/** `--at` plays the pass as of an earlier moment; one that has not come yet would record what cannot be known. */
function momentOf({ window }: RunCommandRequest, now: Instant): Instant {
  if (window.kind !== 'slot') return now
  if (window.at <= now) return window.at
  throw new UsageError({
    code: 'usage/due',
    message: `--at ${formatInstant(window.at)} lies in the future, and no slot can be done before its time`,
    hint: 'leave --at away to run what is due now',
  })
}

/** The usual time from one pass to the next (deploy/crontab): what is left then is the next one's. */
const RECONCILE_FOR = minutes(5)

/** Tables that a pass measures; the rest is the next one's. */
const MOST_MEASUREMENTS = 20

interface Pass {
  readonly request: RunCommandRequest
  readonly context: CommandContext
  readonly target: SearchTarget
  readonly folder: RuleFolder
  readonly isWhole: boolean
  readonly now: Instant
}

async function pass(job: Pass, signal: AbortSignal): Promise<ExitCode> {
  const { request, context, target, folder, isWhole, now } = job
  const { config } = context
  const delivered: Delivered[] = []
  const results: RunResult[] = []
  const events: ScheduleEvent[] = []
  const troubles: HuntError[] = []
  const notices = [`Running what the schedule owes at ${formatInstant(now)}.`]
  const talk = await startRunTalk({ notices, total: undefined, namesWorkspaces: target.workspaces.length > 1 }, context)
  const observer: RunObserver = (event) => {
    if (event.kind === 'delivered') delivered.push(event)
    talk.observe(event)
  }
  const concurrency = target.backend.name === 'local' ? 1 : config.concurrency
  const options = {
    concurrency,
    withJitter: false,
    until: now,
    budget: target.budget,
    reconcile: config.reconcile,
    reconcileFor: RECONCILE_FOR,
  }
  const finished = await withRunPorts(target, context, { formats: request.formats, observer }, async (ports) => {
    const all: SchedulerPorts = {
      ...ports,
      random: context.program.random,
      onEvent: (event) => void events.push(event),
    }
    const runner = new Runner(all, options, signal, (result) => void results.push(result))
    const check = ruleTextChecker(context)
    const folderName = queriesFolderName(context)
    const { rules, diagnostics, old } = await withGoodVersions(folder, ports.ledger, {
      cwd: context.program.cwd,
      folder: folderName,
      now,
      check,
    })
    events.push(...twinEvents(diagnostics), ...old.map(oldVersionEvent))
    const schema = await schemaVersion(context)
    const plan = makePlan(rules, {
      ...planSettings(config, target.workspaces, schema),
      ...measuredDelays(ports.ledger),
    })
    runner.look(plan, { rules, folder: folderName, workspaces: target.workspaces, isWhole })
    talk.expect(owedSlots(plan, ports.ledger.schedules(), now))
    await runner.idle()
    await measureDelays(plan, target, ports, context)
    if (config.healthIncidents !== undefined) tellHealth(ports, config.healthIncidents)
    const { undelivered, error } = await finishDeliveries(results, ports, signal)
    const report = createReporter(ports.ledger, context, {
      onMade: (made) => void events.push({ kind: 'reported', ...made }),
      onTrouble: (trouble) => void troubles.push(trouble),
    })
    if (isWhole && !signal.aborted) await report()
    return {
      undelivered,
      error,
      diagnostics,
      old,
      states: statesOf(plan, ports.ledger.schedules()),
      gaps: ports.ledger.gaps({ acknowledged: false }),
    }
  }).finally(() => talk.stop())
  const { undelivered, error, states, gaps, diagnostics, old } = finished
  const exitCode = exitCodeFor(results, states, diagnostics, {
    isUndelivered: undelivered === undefined || undelivered.length > 0,
    isFailed: gravest([error?.exitCode ?? EXIT.ok, ...troubles.map((trouble) => trouble.exitCode)]),
  })
  events.push(...notTried(results, states, context.program.clock.now()))
  const all: RunAllResult = { results, undelivered, exitCode }
  await print({ all, states, gaps, old, now, delivered }, request, context)
  await sayScheduleEvents(events, context)
  await talk.problems(all, diagnostics)
  // A pass that was cut short, or that left rules out, is none that anybody should rely on.
  if (isWhole && !signal.aborted) troubles.push(...(await giveSignOfLife(context)).map(monitorProblem))
  await sayTroubles(troubles, context)
  return request.failsOnFindings && exitCode === EXIT.ok && results.some(hasFindings) ? EXIT.checkFailed : exitCode
}

/** For the next pass: this one has gone by what was measured before. */
async function measureDelays(
  plan: readonly Planned[],
  target: SearchTarget,
  ports: Parameters<typeof openDelayMeasurements>[1],
  context: CommandContext,
): Promise<void> {
  if (!plan.some(({ isOverlapMeasured }) => isOverlapMeasured)) return
  const talk = await startScheduleTalk(context)
  const measurements = await openDelayMeasurements(target, ports, talk.trouble, context)
  await measurements?.all(plan, MOST_MEASUREMENTS)
  await talk.end()
}

async function sayTroubles(troubles: readonly HuntError[], context: CommandContext): Promise<void> {
  if (troubles.length === 0) return
  const schedule = await startScheduleTalk(context)
  for (const trouble of troubles) schedule.trouble(trouble)
  await schedule.end()
}

/** Slots that this pass is to search, as far as can be known before. */
function owedSlots(plan: readonly Planned[], states: readonly ScheduleState[], now: Instant): number {
  return statusOf({ plan, states, coverage: [], gaps: [], now }).reduce((sum, { owed }) => sum + owed, 0)
}

function statesOf(plan: readonly Planned[], states: readonly ScheduleState[]): readonly ScheduleState[] {
  const planned = new Set(plan.map(({ rule, workspace }) => `${rule.id}\0${workspace}`))
  return states.filter(({ ruleId, workspace }) => planned.has(`${ruleId}\0${workspace}`))
}

/** They decide the exit code, so somebody must hear why it is what it is. */
function notTried(
  results: readonly RunResult[],
  states: readonly ScheduleState[],
  clock: Instant,
): readonly ScheduleEvent[] {
  const tried = new Set(results.map(({ request: { rule, workspace } }) => `${rule.id}\0${workspace}`))
  const tries = states.flatMap(({ ruleId, workspace, failing }) =>
    failing === undefined || tried.has(`${ruleId}\0${workspace}`) ? [] : [failing.nextTry],
  )
  if (tries.length === 0) return []
  // Where none is to come, the workspace is held, which has been said when it began.
  const [next] = tries.filter((each) => each > clock).sort((one, other) => one - other)
  return [{ kind: 'not-tried', pairs: tries.length, next }]
}

function hasFindings(result: RunResult): boolean {
  return result.kind === 'finished' && result.outcome.statistics.findingCount > 0
}

/**
 * Also a rule that was not tried in this pass, because it failed before and waits for its next try, is a rule that does
 * not hunt: cron must hear of it each time.
 */
function exitCodeFor(
  results: readonly RunResult[],
  states: readonly ScheduleState[],
  diagnostics: readonly Diagnostic[],
  { isUndelivered, isFailed }: { readonly isUndelivered: boolean; readonly isFailed: ExitCode },
): ExitCode {
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  return gravest([
    ...results.map(exitCodeOf),
    ...states.flatMap(({ failing }) => (failing === undefined ? [] : [failing.error.exitCode ?? EXIT.incomplete])),
    isFailed,
    ...(isBroken || isUndelivered ? [EXIT.incomplete] : []),
  ])
}

interface Printed {
  readonly all: RunAllResult
  readonly states: readonly ScheduleState[]
  readonly gaps: Parameters<typeof passReport>[0]['gaps']
  readonly old: readonly OldVersion[]
  readonly now: Instant
  readonly delivered: readonly Delivered[]
}

async function print(printed: Printed, { json }: RunCommandRequest, context: CommandContext): Promise<void> {
  const { out, outTerminal, program } = context
  if (json) {
    await out.line(JSON.stringify(passReport(printed), undefined, 2))
    return
  }
  const shown = (path: string): string => shownPath(path, program.cwd)
  const facts = { terminal: outTerminal, delivered: printed.delivered, shown }
  await out.write(`${passSummaryLines(printed.all, facts).join('\n')}\n`)
}
