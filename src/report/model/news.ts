import { groupBy } from '../../domain/sequence.ts'
import type { Pair } from '../../domain/schedule.ts'
import { minus } from '../../time/instant.ts'
import { hasBefore, namer, pairKey } from './common.ts'
import type { ReportInput } from './common.ts'
import { SILENT_AFTER } from './health.ts'
import type { Health, News, PairName, ReportedEntity } from './report.ts'

const NOTHING: News = { rules: [], entities: [], techniques: [], failing: [], silent: [], began: [], ended: [] }

/** What this period has and the one before had not. */
export function newsOf(input: ReportInput, entities: readonly ReportedEntity[], { failing, silent }: Health): News {
  const { records, before, period } = input
  if (!hasBefore(before)) return NOTHING
  const nameOf = namer(input)
  const pairs = (items: readonly Pair[]): ReadonlyMap<string, Pair> =>
    new Map([...groupBy(items, pairKey)].flatMap(([key, [first]]) => (first === undefined ? [] : [[key, first]])))
  const added = (now: ReadonlyMap<string, Pair>, then: ReadonlyMap<string, Pair>): readonly PairName[] =>
    [...now].filter(([key]) => !then.has(key)).map(([, pair]) => nameOf(pair))
  const alerting = pairs(records.alerts.map(({ alert }) => alert))
  const alertingBefore = pairs(before.alerts.map(({ alert }) => alert))
  const [ran, ranBefore] = [pairs(records.runs), pairs(before.runs)]
  const techniques = new Set(before.alerts.flatMap(({ alert }) => alert.techniques))
  return {
    rules: added(alerting, alertingBefore),
    entities: entities.filter(({ isNew }) => isNew),
    techniques: [...new Set(records.alerts.flatMap(({ alert }) => alert.techniques))].filter(
      (id) => !techniques.has(id),
    ),
    failing: failing.filter(({ isNew }) => isNew),
    // A rule that became silent in this period was not so at its start.
    silent: silent.filter(({ kind, since }) => kind === 'no result' && since > minus(period.start, SILENT_AFTER)),
    began: added(ran, ranBefore),
    ended: added(ranBefore, ran),
  }
}
