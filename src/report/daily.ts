import type { ReportLedger } from '../domain/report.ts'
import type { Instant } from '../domain/time.ts'
import { dayAfter, dayOf, dayWindow, timeOfDay } from '../time/calendar-day.ts'
import type { CalendarDay } from '../time/calendar-day.ts'
import { minutes } from '../time/duration.ts'
import { readReport } from './read-report.ts'
import type { ReportSource } from './read-report.ts'
import { writeReport } from './write-report.ts'
import type { ReportTarget } from './write-report.ts'

/** Days that are made up for after an outage, the last one among them. */
const MOST_DAYS = 7

/** Longer than a report takes; a process that was killed while it made one holds it up no longer than that. */
const LEASE = minutes(10)

export interface DayFacts {
  readonly now: Instant
  /** Time of the clock at which the report of the day before is due, `06:00`. */
  readonly at: string
  readonly timeZone: string
  readonly reported: readonly CalendarDay[]
  readonly firstRun: Instant | undefined
}

/** Days whose report is due and not made, oldest first: none before the first run, and few after a long outage. Pure. */
export function dueDays({ now, at, timeZone, reported, firstRun }: DayFacts): readonly CalendarDay[] {
  if (firstRun === undefined) return []
  const today = dayOf(now, timeZone)
  const last = dayAfter(today, now >= timeOfDay(today, at, timeZone) ? -1 : -2)
  const first = dayOf(firstRun, timeZone)
  const days = Array.from({ length: MOST_DAYS }, (_, index) => dayAfter(last, index + 1 - MOST_DAYS))
  return days.filter((day) => day >= first && !reported.includes(day))
}

export interface DailyReport {
  readonly day: CalendarDay
  /** The first of its files. */
  readonly location: string
}

export interface DailySource extends ReportSource {
  readonly ledger: ReportLedger
  readonly at: string
}

/**
 * Makes the reports that are due. The ledger has each day once: it is claimed before and recorded after its files are
 * written, whose names follow from the day, so that a process killed in between leaves a report that is made again.
 *
 * Rejects with what stopped it, a LedgerError or an IncompleteError; that day stays due.
 */
export async function makeDueReports(
  source: DailySource,
  target: ReportTarget,
  onMade: (report: DailyReport) => void,
): Promise<void> {
  const { ledger, clock, at, timeZone } = source
  const facts = { now: clock.now(), at, timeZone, reported: ledger.reportedDays(), firstRun: ledger.firstRun() }
  for (const day of dueDays(facts)) {
    const period = dayWindow(day, timeZone)
    if (period === undefined || !ledger.claimReport(day, clock.now(), LEASE)) continue
    try {
      const [location = ''] = await writeReport(await readReport(period, source), target)
      ledger.finishReport(day, location, clock.now())
      onMade({ day, location })
    } catch (error) {
      ledger.releaseReport(day)
      throw error
    }
  }
}
