import type { Instant, Window } from '../../domain/time.ts'
import { attackOf } from './attack.ts'
import { hasBefore } from './common.ts'
import type { ReportInput } from './common.ts'
import { coverageOf } from './coverage.ts'
import { healthOf } from './health.ts'
import { reportedAlerts, reportedEntities, reportedIncidents, severityCounts, totalsOf } from './incidents.ts'
import { hiddenRows } from './hidden.ts'
import { lateOf } from './late.ts'
import { newsOf } from './news.ts'
import type { AttackCoverage, CoverageReport, Evidence, Report } from './report.ts'
import { reportedRules } from './rules.ts'
import { heldBack } from './silenced.ts'
import { timelineOf } from './timeline.ts'

export interface ReportFacts {
  readonly before: Window
  readonly timeZone: string
  readonly madeAt: Instant
  readonly version: string
  readonly evidence: readonly Evidence[]
}

/** The report of a period: everything that is said, decided once for all formats. Pure. */
export function makeReport(input: ReportInput, { before, timeZone, madeAt, version, evidence }: ReportFacts): Report {
  const alerts = reportedAlerts(input)
  const entities = reportedEntities(input)
  const health = healthOf(input)
  const coverage = coverageOf(input, madeAt)
  const attack = attackOf(input)
  const { start, end } = input.period
  return {
    period: { start, end },
    before,
    timeZone,
    madeAt,
    version,
    totals: totalsOf(input.records),
    totalsBefore: totalsOf(input.before),
    severities: severityCounts(input),
    incidents: reportedIncidents(input, alerts),
    alerts,
    rules: reportedRules(input, health),
    entities,
    timeline: timelineOf(input, alerts),
    news: newsOf(input, entities, health),
    coverage,
    health,
    late: lateOf(input, alerts),
    hidden: hiddenRows(input),
    silences: heldBack(input),
    attack,
    evidence,
    remarks: remarksOf(input, { coverage, attack, madeAt }),
  }
}

function remarksOf(
  { period, records, before }: ReportInput,
  { coverage, attack, madeAt }: { coverage: CoverageReport; attack: AttackCoverage; madeAt: Instant },
): readonly string[] {
  return [
    ...(madeAt < period.end ? ['The period is not over: this is what was known when the report was made.'] : []),
    ...(records.runs.length === 0 ? ['No rule ran in this period.'] : []),
    ...(hasBefore(before) ? [] : ['Nothing ran in the period before, so nothing is called new.']),
    ...(coverage.share === undefined && records.runs.length > 0
      ? [
          'No rule is scheduled, so nothing proves that the period was searched without a hole: runs by hand do not count.',
        ]
      : []),
    ...(attack.unknown.length > 0
      ? [
          `${attack.unknown.length === 1 ? 'One rule' : `${attack.unknown.length} rules`} ran before hunt kept what a rule says of itself; severity and techniques are unknown until the next run.`,
        ]
      : []),
  ]
}
