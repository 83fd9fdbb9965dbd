import type { ResultTable } from './kusto.ts'
import type { QueryResult } from './ports.ts'

/** An answer with all its rows in memory, which holds nothing else. */
export type LoadedAnswer = Omit<QueryResult, 'table' | 'release'> & { readonly table: ResultTable }

/** Takes all rows into memory and gives back the rest: for answers that are small, or that are wanted as a whole. */
export function loadedAnswer({ release, table, ...rest }: QueryResult): LoadedAnswer {
  try {
    return { ...rest, table: { columns: table.columns, rows: [...table.rows] } }
  } finally {
    release?.()
  }
}
