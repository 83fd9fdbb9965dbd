import { groupBy } from '../../domain/sequence.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import { byText, hasBefore, isFailure, namer, pairKey } from './common.ts'
import type { ReportInput } from './common.ts'
import { alertCounts, failedPairs } from './rules.ts'
import type { FailingRule, Health, NoisyRule, SilentRule } from './report.ts'

/** A rule that has run for so long without a row is called silent. */
export const SILENT_AFTER = days(14)

/** From so many alerts in a period on, a rule may be called noisy. */
const NOISY_FROM = 20

/** Judged by people: of so many closed incidents on, half of them or more false. */
const JUDGED_FROM = 3

export function healthOf(input: ReportInput): Health {
  return {
    failing: failingRules(input),
    silent: silentRules(input),
    noisy: noisyRules(input),
    broken: input.records.oldVersions.flatMap(({ ruleId, file, brokenSince }) =>
      brokenSince === undefined ? [] : [{ ruleId, file, since: brokenSince }],
    ),
  }
}

/** Those that fail now, and those that failed in the period and have recovered. */
function failingRules(input: ReportInput): readonly FailingRule[] {
  const { records, before } = input
  const nameOf = namer(input)
  const failedBefore = failedPairs(before)
  const failed = groupBy(records.runs.filter(isFailure), pairKey)
  const failing = new Map(
    records.schedules.flatMap((state) =>
      // What is not scheduled any more keeps its last failure.
      state.failing === undefined || state.inactive !== undefined ? [] : [[pairKey(state), state] as const],
    ),
  )
  return [...new Set([...failing.keys(), ...failed.keys()])]
    .flatMap((key): FailingRule[] => {
      const state = failing.get(key)
      const runs = failed.get(key) ?? []
      const last = runs.at(-1)
      const pair = state ?? last
      if (pair === undefined) return []
      const error = state?.failing?.error ?? last?.error ?? ENDED
      return [
        {
          ...nameOf(pair),
          since: state?.failing?.since,
          failedRuns: runs.length,
          error,
          isNew: !failedBefore.has(key) && (state?.failing?.since ?? Infinity) >= input.period.start,
        },
      ]
    })
    .sort(
      (a, b) =>
        Number(b.since !== undefined) - Number(a.since !== undefined) ||
        b.failedRuns - a.failedRuns ||
        byText(a.ruleName, b.ruleName),
    )
}

/** A run that failed always says why; what does not was written by no version of ours. */
const ENDED = {
  code: 'run/abandoned',
  message: 'the attempt ended without a result',
  retryable: true,
  context: {},
} as const

function silentRules(input: ReportInput): readonly SilentRule[] {
  const { records, period } = input
  const nameOf = namer(input)
  const histories = new Map(records.histories.map((history) => [pairKey(history), history]))
  const lastRuns = new Map(records.runs.map((run) => [pairKey(run), run]))
  return records.schedules
    .filter(
      ({ inactive, paused, firstSeen }) => inactive === undefined && paused === undefined && firstSeen < period.end,
    )
    .flatMap((state): SilentRule[] => {
      const history = histories.get(pairKey(state))
      const warnings = lastRuns.get(pairKey(state))?.warnings ?? []
      const base = { ...nameOf(state), warnings }
      if (history === undefined) {
        const isYoung = state.firstSeen > minus(period.end, days(1))
        return isYoung ? [] : [{ ...base, kind: 'never ran', since: state.firstSeen, completeRuns: 0 }]
      }
      const { first, lastWithRows, completeRuns } = history
      const since = lastWithRows ?? first
      return since > minus(period.end, SILENT_AFTER) ? [] : [{ ...base, kind: 'no result', since, completeRuns }]
    })
    .sort((a, b) => byText(a.kind, b.kind) * -1 || a.since - b.since || byText(a.ruleName, b.ruleName))
}

function noisyRules(input: ReportInput): readonly NoisyRule[] {
  const { records, before } = input
  const nameOf = namer(input)
  const total = records.alerts.length
  const [counts, countsBefore] = [alertCounts(records), alertCounts(before)]
  const verdicts = new Map(records.verdicts.map((verdict) => [pairKey(verdict), verdict]))
  const pairs = new Map(
    [...records.verdicts, ...records.alerts.map(({ alert }) => alert)].map((pair) => [pairKey(pair), pair]),
  )
  return [...pairs]
    .flatMap(([key, pair]): NoisyRule[] => {
      const alerts = counts.get(key) ?? 0
      const alertsBefore = countsBefore.get(key) ?? 0
      const { closed, falsePositives } = verdicts.get(key) ?? { closed: 0, falsePositives: 0 }
      const because = [
        ...(alerts >= NOISY_FROM && alerts * 2 >= total ? [`it made ${alerts} of ${total} alerts`] : []),
        ...(hasBefore(before) && alerts >= NOISY_FROM && alerts >= 3 * Math.max(1, alertsBefore)
          ? [
              alertsBefore === 0
                ? `it made ${alerts} alerts after none`
                : `it made ${alerts} alerts after ${alertsBefore}`,
            ]
          : []),
        ...(closed >= JUDGED_FROM && falsePositives * 2 >= closed
          ? [`${falsePositives} of ${closed} closed incidents were false or benign`]
          : []),
      ]
      return because.length === 0
        ? []
        : [{ ...nameOf(pair), alerts, alertsBefore, closed, falsePositives, because: because.join('; ') }]
    })
    .sort((a, b) => b.alerts - a.alerts || byText(a.ruleName, b.ruleName))
}
