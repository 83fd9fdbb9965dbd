import type { ResultTable } from '../../domain/kusto.ts'
import { HIDDEN_COLUMNS } from '../../schemas/index.ts'

/**
 * Takes out the system columns that Log Analytics shows only to queries that name them (schemas/system-columns.ts), also
 * under the names that a join gives their twins.
 */
export function withoutHiddenColumns(table: ResultTable, words: ReadonlySet<string>): ResultTable {
  const kept = table.columns.flatMap(({ name }, index) => {
    const own = name.replace(/\d+$/, '')
    return HIDDEN_COLUMNS.has(own) && !words.has(own) && !words.has(name) ? [] : [index]
  })
  if (kept.length === table.columns.length) return table
  const pick = <Item>(items: readonly Item[]) => kept.map((index) => items[index] as Item)
  return { columns: pick(table.columns), rows: table.rows.map(pick) }
}
