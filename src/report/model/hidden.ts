import { groupBy } from '../../domain/sequence.ts'
import { byText, namer, pairKey, sum } from './common.ts'
import type { ReportInput } from './common.ts'
import type { HiddenRows } from './report.ts'

/** What exclusions did, by rule, workspace and name; also those that could hide nothing, which somebody must know. */
export function hiddenRows(input: ReportInput): readonly HiddenRows[] {
  const nameOf = namer(input)
  const groups = groupBy(input.records.exclusions, (use) => `${pairKey(use)}\0${use.name.toLowerCase()}`)
  return [...groups.values()]
    .flatMap((uses): HiddenRows[] => {
      const last = uses.at(-1)
      if (last === undefined) return []
      const { name, when, owner, reason, expires, fault } = last
      const rows = sum(uses, ({ rowCount }) => rowCount)
      return [{ ...nameOf(last), name, when, owner, reason, expires, rows, runs: uses.length, fault }]
    })
    .sort((a, b) => b.rows - a.rows || byText(a.ruleName, b.ruleName) || byText(a.name, b.name))
}
