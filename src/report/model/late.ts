import { groupBy } from '../../domain/sequence.ts'
import type { Duration } from '../../domain/time.ts'
import { byText, namer, pairKey, sum } from './common.ts'
import type { ReportInput } from './common.ts'
import type { Late, LateDelivery, LateRuns, ReportedAlert } from './report.ts'

export function lateOf(input: ReportInput, alerts: readonly ReportedAlert[]): Late {
  const { records } = input
  const nameOf = namer(input)
  const reconciled = records.runs.filter(
    ({ purpose, newFindingCount }) => purpose === 'reconciliation' && newFindingCount > 0,
  )
  return {
    alerts: alerts.filter(({ isLate }) => isLate),
    runs: lateRuns(input),
    reconciled: [...groupBy(reconciled, pairKey).values()].flatMap((runs) =>
      runs[0] === undefined ? [] : [{ ...nameOf(runs[0]), findings: sum(runs, (run) => run.newFindingCount) }],
    ),
    deliveries: lateDeliveries(input),
  }
}

/** Slots of the schedule that were searched more than the grace after their time. */
function lateRuns(input: ReportInput): readonly LateRuns[] {
  const { records, period } = input
  const nameOf = namer(input)
  const late = records.runs.flatMap((run) => {
    const lag = run.startedAt - run.slot
    return run.purpose === 'slot' && run.status === 'complete' && lag > period.grace ? [{ run, lag }] : []
  })
  return [...groupBy(late, ({ run }) => pairKey(run)).values()]
    .flatMap((own): LateRuns[] => {
      const [first] = own
      if (first === undefined) return []
      return [{ ...nameOf(first.run), count: own.length, worst: Math.max(...own.map(({ lag }) => lag)) as Duration }]
    })
    .sort((a, b) => b.worst - a.worst || byText(a.ruleName, b.ruleName))
}

/** What the sinks are still owed, failing or not. */
function lateDeliveries({ records }: ReportInput): readonly LateDelivery[] {
  return [...groupBy(records.deliveries, ({ sink }) => sink)]
    .map(([sink, entries]): LateDelivery => {
      const dead = entries.filter(({ deadSince }) => deadSince !== undefined)
      const ages = entries.flatMap(({ createdAt }) => createdAt ?? [])
      return {
        sink,
        waiting: entries.length - dead.length,
        dead: dead.length,
        oldest: ages.length === 0 ? undefined : ages.reduce((least, each) => (each < least ? each : least)),
        error: entries.findLast(({ lastError }) => lastError !== undefined)?.lastError,
      }
    })
    .sort((a, b) => byText(a.sink, b.sink))
}
