import type { Clock, Duration, Window } from '../domain/time.ts'
import type { ReportLedger } from '../domain/report.ts'
import { days, hours } from '../time/duration.ts'
import { lengthOf, minus } from '../time/instant.ts'
import { readEvidence } from './evidence.ts'
import { makeReport } from './model/make-report.ts'
import type { Report } from './model/report.ts'

/**
 * How late something must be to stand in the report of the day in which it came, beside the one to which it belongs. A
 * daily report is made at least so long after its day (domain/report.ts says why nothing then falls between two reports).
 */
export const REPORT_GRACE: Duration = hours(1)

/** How far back it is asked when a rule last had a row. */
const MEMORY = days(90)

export interface ReportSource {
  readonly ledger: ReportLedger
  readonly clock: Clock
  readonly version: string
  readonly timeZone: string
  /** That relative paths of result files start from. */
  readonly cwd: string
}

/** The report of a period, from the ledger and the result files alone: no query runs. Rejects with LedgerError. */
export async function readReport(
  period: Window,
  { ledger, clock, version, timeZone, cwd }: ReportSource,
): Promise<Report> {
  const before = { start: minus(period.start, lengthOf(period)), end: period.start }
  const since = minus(period.end, MEMORY)
  const grace = REPORT_GRACE
  const records = ledger.readPeriod({ ...period, grace }, since)
  const earlier = ledger.readPeriod({ ...before, grace }, since)
  const evidence = await readEvidence(records.alerts, cwd)
  const input = { period: { ...period, grace }, records, before: earlier }
  return makeReport(input, { before, timeZone, madeAt: clock.now(), version, evidence })
}
