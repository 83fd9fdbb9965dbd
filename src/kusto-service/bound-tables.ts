import type { Window } from '../domain/time.ts'
import { quoteKqlString, quoteTableName } from '../text/kql-text.ts'
import { formatInstant } from '../time/instant.ts'

/** A table that a query reads. */
export interface QueriedTable {
  readonly name: string
  /** Names of its columns as far as the catalogue knows the table; undefined: it does not. */
  readonly columns: readonly string[] | undefined
}

/** Tables that a query names, for services that have no time scope as Log Analytics has one. */
export type TablesOf = (query: string) => Promise<readonly QueriedTable[]>

export interface Bounds {
  readonly window: Window | undefined
  /** The first of these that a table has is its time. */
  readonly timeColumns: readonly string[]
  /** Steps that follow the time filter of a table. */
  readonly furtherSteps?: (table: QueriedTable) => readonly string[]
}

/**
 * Where the name of a table is part of the answer (`withsource=`), is looked up (`table()`), or may be missing (`isfuzzy`), a
 * let of that name would change what the query means: there the service's own time scope has to do.
 */
const NEEDS_TABLES = /\bwith_?source\b|\bisfuzzy\b|\btable\s*\(|\b(?:find|search)\b/i

/**
 * Statements that narrow each table to the window, exactly and half-open, whatever the service makes of the end of its own
 * time scope: `let T = T | where …`. A table without any of the columns has no time to be read by and stays whole, as in Log
 * Analytics.
 */
export function boundTables(query: string, tables: readonly QueriedTable[], bounds: Bounds): readonly string[] {
  if (NEEDS_TABLES.test(query)) return []
  return tables.flatMap((table) => {
    const name = quoteTableName(table.name)
    const steps = [...timeFilter(table, bounds), ...(bounds.furtherSteps?.(table) ?? [])]
    return steps.length === 0 ? [] : [`let ${name} = ${[name, ...steps].join(' | ')};`]
  })
}

function timeFilter({ columns = [] }: QueriedTable, { window, timeColumns }: Bounds): readonly string[] {
  if (window === undefined) return []
  const [start, end] = [`datetime(${formatInstant(window.start)})`, `datetime(${formatInstant(window.end)})`]
  // The catalogue is believed in what it knows, but not in what it does not: a service may have a column more.
  const [first = ''] = timeColumns
  const known = columns.includes(first) ? first : undefined
  const ifThere = timeColumns.map((column) => `column_ifexists(${quoteKqlString(column)}, datetime(null))`)
  const time = known ?? `coalesce(${[...ifThere, start].join(', ')})`
  return [`where ${time} >= ${start} and ${time} < ${end}`]
}
