import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { RunObserver } from '../../domain/ports.ts'
import type { Instant } from '../../domain/time.ts'
import { exitCodeOf, finishDeliveries, gravest } from '../../run/index.ts'
import type { RunAllResult } from '../../run/index.ts'
import { backfillsOf, makePlan, runBackfills } from '../../schedule/index.ts'
import { days } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import { FILE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openSearchTarget, planSettings, withRunPorts } from '../compose.ts'
import type { SearchTarget } from '../compose.ts'
import { choicesOption, isOn, textsOption } from '../options.ts'
import { passReport } from '../print/pass-report.ts'
import { passSummaryLines } from '../print/pass-summary.ts'
import type { Delivered } from '../print/run-summary.ts'
import { startRunTalk } from '../print/run-talk.ts'
import { countOf } from '../print/words.ts'
import { findRules, loadRuleFolder } from '../rule-folder.ts'
import { shownPath } from '../shown-path.ts'
import { instantOption } from '../window-options.ts'

interface BackfillRequest {
  /** Empty means all. */
  readonly selectors: readonly string[]
  readonly from: Instant
  readonly to: Instant | undefined
  readonly again: boolean
  readonly workspaces: readonly string[]
  readonly formats: readonly (typeof FILE_FORMATS)[number][] | undefined
  readonly json: boolean
}

export const backfillAction = defineAction<BackfillRequest>({
  parse({ args, options }) {
    if (isOn(options, 'all') === args.length > 0) {
      throw new UsageError({
        code: 'usage/no-rule',
        message: args.length > 0 ? '--all and names of rules cannot be combined' : 'no rule is named',
        hint: 'name rules, for example hunt backfill 5239248b --from 2026-03-02, or take --all',
      })
    }
    const [from, to] = [instantOption(options, 'from'), instantOption(options, 'to')]
    if (from === undefined || (to !== undefined && to < from)) {
      throw new UsageError({
        code: 'usage/window',
        message: from === undefined ? '--from is missing' : '--to is before --from',
        hint: 'for example --from 2026-03-02 --to 2026-03-05: the first and the last slot to search',
      })
    }
    return {
      selectors: args,
      from,
      to,
      again: isOn(options, 'again'),
      workspaces: textsOption(options, 'workspace'),
      formats: choicesOption(options, 'format', FILE_FORMATS),
      json: isOn(options, 'json'),
    }
  },
  async run(request, context): Promise<ExitCode> {
    const target = await openSearchTarget(context, request.workspaces)
    try {
      return await backfill(target, request, context)
    } finally {
      await target.backend.close()
    }
  },
})

/** As long as Log Analytics keeps logs at most (settings.ts, `retention`), and longer than other services do by themselves. */
const LONGEST_KEPT = days(4383)

/** A rule of each five minutes for most of a year. More take days, and are rather a mistake: --from and --to can part them. */
const MOST_SLOTS = 100_000

/** Nothing of it is done, whatever the ledger says. */
function checkFrom(from: Instant, now: Instant): void {
  if (from > now) {
    throw new UsageError({
      code: 'usage/window',
      message: `--from ${formatInstant(from)} lies in the future, and no slot can be searched before its time`,
      hint: 'for example --from 2026-03-02 --to 2026-03-05: the first and the last slot to search',
    })
  }
  if (from >= now - LONGEST_KEPT) return
  throw new UsageError({
    code: 'usage/window',
    message: `--from ${formatInstant(from)} lies more than 12 years back, longer than any workspace keeps logs`,
    hint: `is ${formatInstant(from).slice(0, 4)} the year that you mean? Logs of a folder that are older are searched by hunt run --from … --to …`,
  })
}

function tooManySlots(from: Instant, end: Instant): UsageError {
  return new UsageError({
    code: 'usage/window',
    message: `from ${formatInstant(from)} to ${formatInstant(end)} these rules have more than ${MOST_SLOTS.toLocaleString('en-US')} windows to search`,
    hint: 'take a later --from, or search a part after the other with --from and --to, or fewer rules at a time',
  })
}

async function backfill(target: SearchTarget, request: BackfillRequest, context: CommandContext): Promise<ExitCode> {
  const { config, program, signal } = context
  const { selectors, formats } = request
  const folder = selectors.length === 0 ? await loadRuleFolder(context) : await findRules(selectors, context)
  const plan = makePlan(folder.rules, planSettings(config, target.workspaces))
  if (plan.length === 0) {
    throw new UsageError({
      code: 'usage/not-scheduled',
      message: 'none of these rules has a schedule, so there are no slots to search',
      hint: 'hunt run searches any rule over a window: --from and --to',
    })
  }
  checkFrom(request.from, program.clock.now())
  const end = request.to === undefined || request.to > program.clock.now() ? program.clock.now() : request.to
  const delivered: Delivered[] = []
  const namesWorkspaces = target.workspaces.length > 1
  const notices = [
    `Searching the slots from ${formatInstant(request.from)} to ${formatInstant(end)} that are not done.`,
  ]
  const talk = await startRunTalk({ notices, total: undefined, namesWorkspaces }, context)
  const observer: RunObserver = (event) => {
    if (event.kind === 'delivered') delivered.push(event)
    talk.observe(event)
  }
  const concurrency = target.backend.name === 'local' ? 1 : config.concurrency
  const { all, gaps, states } = await withRunPorts(target, context, { formats, observer }, async (ports) => {
    const done = request.again
      ? new Map<string, ReadonlySet<Instant>>()
      : ports.ledger.completeSlots({ start: request.from, end })
    const backfills = backfillsOf(plan, { start: request.from, end }, (key) => done.get(key) ?? new Set(), MOST_SLOTS)
    if (backfills === undefined) throw tooManySlots(request.from, end)
    talk.expect(backfills.reduce((sum, { slots }) => sum + slots.length, 0))
    const results = await runBackfills(backfills, ports, { concurrency }, signal)
    const { undelivered, error } = await finishDeliveries(results, ports, signal)
    const waiting = undelivered === undefined || undelivered.length > 0 ? [EXIT.incomplete] : []
    const exitCode = gravest([...results.map(exitCodeOf), ...(error === undefined ? [] : [error.exitCode]), ...waiting])
    const whole: RunAllResult = { results, undelivered, exitCode }
    return { all: whole, gaps: ports.ledger.gaps({ acknowledged: false }), states: ports.ledger.schedules() }
  }).finally(() => talk.stop())
  if (request.json) await context.out.line(JSON.stringify(passReport({ all, states, gaps, now: end }), undefined, 2))
  else {
    const facts = { terminal: context.outTerminal, delivered, shown: (path: string) => shownPath(path, program.cwd) }
    const lines =
      all.results.length === 0
        ? ['All of it is searched already; --again searches it once more.']
        : passSummaryLines(all, facts)
    await context.out.write(`${lines.join('\n')}\n`)
  }
  await talk.problems(all, folder.diagnostics)
  const left = gaps.filter(({ slotCount, searchedSince }) => searchedSince < slotCount).length
  if (left > 0 && !request.json)
    await context.err.line(`${countOf(left, 'gap')} left; hunt gaps shows what was never searched.`)
  return all.exitCode
}
