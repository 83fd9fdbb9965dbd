import { groupBy } from '../../domain/sequence.ts'
import type { Gap, ScheduleState } from '../../domain/schedule.ts'
import type { RuleFacts } from '../../domain/report.ts'
import type { Duration, Instant, Window } from '../../domain/time.ts'
import { hours } from '../../time/duration.ts'
import { lengthOf, minus, plus } from '../../time/instant.ts'
import { byText, factsOf, namer, pairKey, sum } from './common.ts'
import type { ReportInput } from './common.ts'
import type { CoverageReport, Hole, HoleReason, PairCoverage } from './report.ts'

/** How long after its time a slot may run without being called owed. */
const SLACK = hours(1)

/** What nobody need act on, and what does not count as to be searched. */
const CALM: readonly HoleReason[] = ['by design', 'not scheduled yet', 'not due yet']

/** What of the period each scheduled rule has searched, and why the rest was not. */
export function coverageOf(input: ReportInput, now: Instant): CoverageReport {
  const { records, period } = input
  const nameOf = namer(input)
  const facts = factsOf(records)
  const covered = groupBy(records.covered, pairKey)
  const gaps = groupBy(records.gaps, pairKey)
  const pairs = records.schedules
    .filter(({ inactive }) => inactive === undefined || inactive.since > period.start)
    .map((state): PairCoverage => {
      const islands = (covered.get(pairKey(state)) ?? []).map(({ window }) => window)
      const context = { state, facts: facts(state.ruleId), gaps: gaps.get(pairKey(state)) ?? [], islands, now }
      const holes = joined(holesIn(period, islands).flatMap((hole) => explained(hole, context)))
      const searched = (lengthOf(period) - sum(holes, ({ window }) => lengthOf(window))) as Duration
      const missing = sum(
        holes.filter(({ isWorrying }) => isWorrying),
        ({ window }) => lengthOf(window),
      )
      const share = searched + missing === 0 ? undefined : searched / (searched + missing)
      return { ...nameOf(state), searched, share, holes }
    })
    .sort(
      (a, b) => (a.share ?? 2) - (b.share ?? 2) || byText(a.ruleName, b.ruleName) || byText(a.workspace, b.workspace),
    )
  const counted = pairs.filter(({ share }) => share !== undefined)
  const scheduled = new Set(records.schedules.map(pairKey))
  const chosen = groupBy(
    records.runs.filter((run) => !scheduled.has(pairKey(run))),
    pairKey,
  )
  return {
    share: counted.length === 0 ? undefined : sum(counted, ({ share }) => share ?? 0) / counted.length,
    pairs,
    chosenOnly: [...chosen.values()].flatMap(([run]) => (run === undefined ? [] : [nameOf(run)])),
  }
}

interface Context {
  readonly state: ScheduleState
  readonly facts: RuleFacts | undefined
  readonly gaps: readonly Gap[]
  readonly islands: readonly Window[]
  readonly now: Instant
}

/** What of the period lies in none of the islands, which are in order and apart. */
function holesIn({ start, end }: Window, islands: readonly Window[]): readonly Window[] {
  const holes: Window[] = []
  let reached = start
  for (const island of islands) {
    if (island.start > reached) holes.push({ start: reached, end: island.start < end ? island.start : end })
    if (island.end > reached) reached = island.end
    if (reached >= end) return holes
  }
  return reached < end ? [...holes, { start: reached, end }] : holes
}

/** A hole in parts: what recorded gaps explain, and the rest. */
function explained(hole: Window, context: Context): readonly Hole[] {
  const parts: Hole[] = []
  let rest: readonly Window[] = [hole]
  for (const gap of context.gaps) {
    const inside = intersection(hole, gap.window)
    if (inside === undefined) continue
    for (const part of rest) {
      const both = intersection(part, inside)
      if (both !== undefined) parts.push(holeOf(both, gap.reason, gap.error, gap.acknowledgedAt !== undefined))
    }
    rest = rest.flatMap((part) => holesIn(part, [inside]))
  }
  return [...parts, ...rest.flatMap((window) => unrecordedParts(window, context))].sort(
    (a, b) => a.window.start - b.window.start,
  )
}

/** What lies before the first window of a rule that was never searched, and what has not come yet, nobody can have missed. */
function unrecordedParts(window: Window, context: Context): readonly Hole[] {
  const { state, facts, islands, now } = context
  const isNew = islands.length === 0 && facts?.queryPeriod !== undefined
  const first = isNew ? minus(state.firstSeen, facts.queryPeriod) : window.start
  const before = intersection(window, { start: window.start, end: first })
  const due = intersection(window, { start: first, end: now })
  const coming = intersection(window, { start: now > first ? now : first, end: window.end })
  return [
    ...(before === undefined ? [] : [holeOf(before, 'not scheduled yet')]),
    ...(due === undefined ? [] : unrecorded(due, context)),
    ...(coming === undefined ? [] : [holeOf(coming, 'not due yet')]),
  ]
}

function unrecorded(window: Window, context: Context): readonly Hole[] {
  const { state, facts, islands } = context
  const { inactive, paused, firstSeen } = state
  const [first] = islands
  const last = islands.at(-1)
  if (first !== undefined && window.end <= first.start && window.end <= firstSeen)
    return [holeOf(window, 'not scheduled yet')]
  if (isByDesign(window, facts, islands)) return [holeOf(window, 'by design')]
  if (last !== undefined && window.start < last.start) return [holeOf(window, 'unknown')]
  if (inactive !== undefined) return [holeOf(window, inactive.reason)]
  // The ledger keeps a pause that is over until its slots are recorded.
  const pause =
    paused === undefined ? undefined : intersection(window, { start: paused.since, end: paused.until ?? window.end })
  if (pause === undefined) return [awaited(window, context)]
  return [holeOf(pause, 'paused'), ...holesIn(window, [pause]).map((rest) => awaited(rest, context))]
}

/** Nobody means to leave it out. */
function awaited(window: Window, { state: { failing, firstSeen }, facts, islands, now }: Context): Hole {
  if (failing !== undefined) return holeOf(window, 'failing', failing.error)
  const last = islands.at(-1)
  const frequency = facts?.queryFrequency
  const searchedThrough = last?.end ?? firstSeen
  if (frequency === undefined) return holeOf(window, last === undefined ? 'owed' : 'not due yet')
  return holeOf(window, now > plus(plus(searchedThrough, frequency), SLACK) ? 'owed' : 'not due yet')
}

/** A rule whose period is shorter than its frequency leaves out the same piece each time. */
function isByDesign(window: Window, facts: RuleFacts | undefined, islands: readonly Window[]): boolean {
  const { queryFrequency, queryPeriod } = facts ?? {}
  if (queryFrequency === undefined || queryPeriod === undefined || queryPeriod >= queryFrequency) return false
  return islands.length > 0 && lengthOf(window) <= queryFrequency - queryPeriod
}

function holeOf(window: Window, reason: HoleReason, error?: Hole['error'], isAcknowledged = false): Hole {
  return { window, reason, error, isAcknowledged, isWorrying: !CALM.includes(reason) }
}

function intersection(a: Window, b: Window): Window | undefined {
  const start = a.start > b.start ? a.start : b.start
  const end = a.end < b.end ? a.end : b.end
  return start < end ? { start, end } : undefined
}

/** Neighbours of one reason are one hole. */
function joined(holes: readonly Hole[]): readonly Hole[] {
  const result: Hole[] = []
  for (const hole of holes) {
    const last = result.at(-1)
    if (
      last !== undefined &&
      last.window.end === hole.window.start &&
      last.reason === hole.reason &&
      last.isAcknowledged === hole.isAcknowledged
    ) {
      result[result.length - 1] = { ...last, window: { start: last.window.start, end: hole.window.end } }
    } else result.push(hole)
  }
  return result
}
