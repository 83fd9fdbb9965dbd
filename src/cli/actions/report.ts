import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Instant, Window } from '../../domain/time.ts'
import { rulesIn } from '../../report/model/common.ts'
import type { Report } from '../../report/index.ts'
import { dayAfter, dayOf, dayWindow } from '../../time/calendar-day.ts'
import { REPORT_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
import { makeConfiguredReport, reportText, writeConfiguredReport } from '../compose-report.ts'
import { choicesOption, isOn, textOption } from '../options.ts'
import { countOf, printProse } from '../print/words.ts'
import { shownPath } from '../shown-path.ts'
import { parseWindowChoice, windowOf } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

type PeriodChoice = { readonly kind: 'day'; readonly day: string } | Extract<WindowChoice, { kind: 'window' }>

interface ReportRequest {
  readonly period: PeriodChoice
  readonly formats: readonly (typeof REPORT_FORMATS)[number][]
  readonly json: boolean
}

export const reportAction = defineAction<ReportRequest>({
  parse: ({ options }) => ({
    period: periodOf(options),
    formats: choicesOption(options, 'format', REPORT_FORMATS) ?? ['html', 'navigator'],
    json: isOn(options, 'json'),
  }),
  async run({ period, formats, json }, context): Promise<ExitCode> {
    const window = windowFor(period, context)
    const report = await withLedger(context, (ledger) => makeConfiguredReport(window, ledger, context))
    if (json) {
      await context.out.write(await reportText(report))
      return EXIT.ok
    }
    const paths = await writeConfiguredReport(report, formats, context)
    for (const path of paths) await context.out.line(shownPath(path, context.program.cwd))
    await printProse(summaryOf(report), context.err, context.errTerminal)
    return EXIT.ok
  },
})

function periodOf(options: Readonly<Record<string, unknown>>): PeriodChoice {
  const day = textOption(options, 'day')
  const window = parseWindowChoice(options)
  if (day !== undefined && window.kind === 'window') {
    throw new UsageError({
      code: 'usage/window',
      message: '--day names a whole day and cannot be combined with --from, --to or --period',
      hint: 'use --day alone, or --from and --to for a period of yours',
    })
  }
  return window.kind === 'window' ? window : { kind: 'day', day: day ?? 'yesterday' }
}

function windowFor(period: PeriodChoice, { config, program }: CommandContext): Window {
  const now = program.clock.now()
  if (period.kind === 'window') return windowOf(period, now)
  const { timeZone } = config
  const window = dayWindow(namedDay(period.day, now, timeZone), timeZone)
  if (window !== undefined) return window
  throw new UsageError({
    code: 'usage/invalid-time',
    message: `--day is "${period.day}", which is no day`,
    hint: 'for example --day 2026-03-02, --day today or --day yesterday',
  })
}

function namedDay(text: string, now: Instant, timeZone: string): string {
  const today = dayOf(now, timeZone)
  if (text === 'today') return today
  return text === 'yesterday' ? dayAfter(today, -1) : text
}

/** What the report comes to, in a line. */
function summaryOf({ totals, coverage, health }: Report): string {
  const failing = rulesIn(health.failing.filter(({ since }) => since !== undefined))
  const holes = rulesIn(coverage.pairs.filter(({ holes: own }) => own.some(({ isWorrying }) => isWorrying)))
  return [
    `${countOf(totals.incidents, 'incident')} opened`,
    countOf(totals.alerts, 'alert'),
    `${countOf(totals.runs, 'run')}, ${totals.failedRuns} of them failed`,
    ...(failing > 0 ? [`${countOf(failing, 'rule')} failing`] : []),
    ...(holes > 0 ? [`${countOf(holes, 'rule')} with time that was not searched`] : []),
  ]
    .join(', ')
    .concat('.')
}
