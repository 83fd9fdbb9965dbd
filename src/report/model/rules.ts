import { groupBy } from '../../domain/sequence.ts'
import type { PeriodRecords } from '../../domain/report.ts'
import type { Pair } from '../../domain/schedule.ts'
import type { Duration } from '../../domain/time.ts'
import { byText, factsOf, isFailure, namer, pairKey, sum } from './common.ts'
import type { ReportInput } from './common.ts'
import type { Health, ReportedRule, RuleCondition } from './report.ts'

/** Every rule on every workspace that ran, alerted, or should have run. */
export function reportedRules(input: ReportInput, health: Health): readonly ReportedRule[] {
  const { records, before } = input
  const nameOf = namer(input)
  const facts = factsOf(records)
  const runs = groupBy(records.runs, pairKey)
  const alerts = groupBy(records.alerts, ({ alert }) => pairKey(alert))
  const pairs = new Map<string, Pair>()
  for (const pair of [
    ...records.runs,
    ...records.alerts.map(({ alert }) => alert),
    ...records.schedules.filter(({ inactive }) => inactive === undefined),
  ]) {
    pairs.set(pairKey(pair), pair)
  }
  const [alertsBefore, findingsBefore] = [alertCounts(before), findingCounts(before)]
  return [...pairs]
    .map(([key, pair]): ReportedRule => {
      const own = runs.get(key) ?? []
      const ownAlerts = alerts.get(key) ?? []
      const known = facts(pair.ruleId)
      return {
        ...nameOf(pair),
        kind: known?.kind,
        severity: known?.severity ?? ownAlerts[0]?.alert.severity,
        tactics: known?.tactics ?? [],
        techniques: known?.techniques ?? [],
        runs: own.length,
        complete: own.filter(({ status }) => status === 'complete').length,
        failed: own.filter(({ status }) => status === 'failed').length,
        partial: own.filter(({ status }) => status === 'partial').length,
        rows: sum(own, ({ rowCount }) => rowCount),
        findings: sum(own, ({ newFindingCount }) => newFindingCount),
        findingsBefore: findingsBefore.get(key) ?? 0,
        alerts: ownAlerts.length,
        alertsBefore: alertsBefore.get(key) ?? 0,
        incidents: new Set(ownAlerts.flatMap(({ incidentId }) => incidentId ?? [])).size,
        slowest: own.reduce((most, { queryDuration }) => (queryDuration > most ? queryDuration : most), 0 as Duration),
        conditions: conditionsOf(pair, health),
      }
    })
    .sort(
      (a, b) =>
        b.alerts - a.alerts ||
        b.findings - a.findings ||
        byText(a.ruleName, b.ruleName) ||
        byText(a.workspace, b.workspace),
    )
}

export function alertCounts({ alerts }: PeriodRecords): ReadonlyMap<string, number> {
  return new Map([...groupBy(alerts, ({ alert }) => pairKey(alert))].map(([key, own]) => [key, own.length]))
}

export function findingCounts({ runs }: PeriodRecords): ReadonlyMap<string, number> {
  return new Map([...groupBy(runs, pairKey)].map(([key, own]) => [key, sum(own, (run) => run.newFindingCount)]))
}

/** Pairs with a failed or partial run. */
export function failedPairs({ runs }: PeriodRecords): ReadonlySet<string> {
  return new Set(runs.filter(isFailure).map(pairKey))
}

function conditionsOf(pair: Pair, { failing, silent, noisy, broken }: Health): readonly RuleCondition[] {
  const key = pairKey(pair)
  const has = (list: readonly Pair[]): boolean => list.some((each) => pairKey(each) === key)
  const now = failing.filter(({ since }) => since !== undefined)
  return [
    ...(has(now) ? (['failing'] as const) : has(failing) ? (['failed'] as const) : []),
    ...(has(silent.filter(({ kind }) => kind === 'never ran')) ? (['never ran'] as const) : []),
    ...(has(silent.filter(({ kind }) => kind === 'no result')) ? (['silent'] as const) : []),
    ...(has(noisy) ? (['noisy'] as const) : []),
    ...(broken.some(({ ruleId }) => ruleId === pair.ruleId) ? (['broken file'] as const) : []),
  ]
}
