import { SEVERITIES } from '../../domain/rule.ts'
import type { Severity } from '../../domain/rule.ts'
import type { Duration, Instant } from '../../domain/time.ts'
import { days, hours, milliseconds } from '../../time/duration.ts'
import { instantFromMillis, lengthOf, plus } from '../../time/instant.ts'
import { isFailure } from './common.ts'
import type { ReportInput } from './common.ts'
import type { Bucket, ReportedAlert, Timeline } from './report.ts'

/** Steps that people read easily; the first that gives few enough bars is taken. */
const STEPS: readonly Duration[] = [hours(1), hours(2), hours(3), hours(6), hours(12), days(1), days(7)]
const MOST_BARS = 60

/** Alerts by when they were raised, runs by their slot or by the window that somebody chose. */
export function timelineOf({ period, records }: ReportInput, alerts: readonly ReportedAlert[]): Timeline {
  const length = lengthOf(period)
  const step = STEPS.find((each) => length / each <= MOST_BARS) ?? (Math.ceil(length / MOST_BARS) as Duration)
  const count = Math.max(1, Math.ceil(length / step))
  const buckets = Array.from({ length: count }, (_, index) => ({
    start: instantFromMillis(period.start + index * step),
    alerts: Object.fromEntries(SEVERITIES.map((each) => [each, 0])) as Record<Severity, number>,
    runs: 0,
    failedRuns: 0,
  }))
  const at = (time: Instant): (typeof buckets)[number] | undefined => buckets[Math.floor((time - period.start) / step)]
  for (const { raisedAt, severity } of alerts) {
    const bucket = at(raisedAt)
    if (bucket !== undefined) bucket.alerts[severity] += 1
  }
  for (const run of records.runs) {
    const { isChosen, window, slot } = run
    // A window that somebody chose stands for many slots.
    const over = isChosen && window !== undefined ? window : { start: slot, end: plus(slot, milliseconds(1)) }
    for (const bucket of buckets) {
      if (bucket.start >= over.end || plus(bucket.start, step) <= over.start) continue
      bucket.runs += 1
      if (isFailure(run)) bucket.failedRuns += 1
    }
  }
  return {
    step,
    buckets: buckets satisfies readonly Bucket[],
    lateAlerts: alerts.filter(({ isLate }) => isLate).length,
  }
}
