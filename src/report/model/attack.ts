import { groupBy } from '../../domain/sequence.ts'
import { techniqueCounts, tacticsOf } from '../../rules/facts/attack.ts'
import { byText, factsOf, namer, pairKey } from './common.ts'
import type { ReportInput } from './common.ts'
import type { AttackCoverage, CoveredTechnique, PairName } from './report.ts'

/** Techniques of rules that completed a run in the period. A rule that only stands in the folder counts for nothing. */
export function attackOf(input: ReportInput): AttackCoverage {
  const { records } = input
  const nameOf = namer(input)
  const facts = factsOf(records)
  const ran = uniqueRules(records.runs.filter(({ status }) => status === 'complete').map(nameOf))
  const idle = uniqueRules(
    records.schedules.filter((state) => state.inactive === undefined && !ran.has(state.ruleId)).map(nameOf),
  )
  const techniques = new Map<string, { rules: string[]; idle: string[] }>()
  const add = (kind: 'rules' | 'idle', { ruleId, ruleName }: PairName): void => {
    for (const id of facts(ruleId)?.techniques ?? []) {
      const known = techniques.get(id) ?? { rules: [], idle: [] }
      known[kind].push(ruleName)
      techniques.set(id, known)
    }
  }
  for (const rule of ran.values()) add('rules', rule)
  for (const rule of idle.values()) add('idle', rule)
  const alerts = groupBy(
    records.alerts.flatMap(({ alert }) => alert.techniques),
    (id) => id,
  )
  const all = [...techniques]
    .map(([id, known]): CoveredTechnique => ({ id, ...known, alerts: alerts.get(id)?.length ?? 0 }))
    .sort((a, b) => byText(a.id, b.id))
  const inMatrix = (each: CoveredTechnique): boolean => tacticsOf(each.id) !== undefined
  return {
    tactics: [...techniqueCounts()].map(([tactic, known]) => ({
      tactic,
      known,
      techniques: all.filter(({ id }) => tacticsOf(id)?.some((each) => each === tactic)),
    })),
    others: all.filter((each) => !inMatrix(each)),
    withoutTechnique: [...ran.values()].filter(({ ruleId }) => facts(ruleId)?.techniques.length === 0),
    unknown: [...ran.values()].filter(({ ruleId }) => facts(ruleId) === undefined),
  }
}

function uniqueRules(pairs: readonly PairName[]): ReadonlyMap<string, PairName> {
  return new Map(
    [...groupBy(pairs, pairKey).values()].flatMap(([pair]) => (pair === undefined ? [] : [[pair.ruleId, pair]])),
  )
}
