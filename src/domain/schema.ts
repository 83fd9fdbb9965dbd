import { KUSTO_TYPES } from './kusto.ts'
import type { Column, ResultTable } from './kusto.ts'

export interface TableSchema {
  readonly name: string
  readonly columns: readonly Column[]
}

/** The schema that `T | getschema | project ColumnName, ColumnType` describes; a type that is none of Kusto's is text. */
export function schemaFromRows(name: string, { rows }: ResultTable): TableSchema {
  const columns = rows.flatMap(([column, type]): Column[] => {
    const known = KUSTO_TYPES.find((each) => each === type)
    return typeof column === 'string' ? [{ name: column, type: known ?? 'string' }] : []
  })
  return { name, columns }
}

/** A function saved in the workspace: an ASIM parser, a watchlist reader, a solution's parser. */
export interface FunctionSchema {
  readonly name: string
  /** KQL parameter list without parentheses, for example `starttime:datetime=datetime(null), disabled:bool=False`. */
  readonly parameters: string
  /** KQL body; undefined when only the result's columns are known: it can be bound, but not run. */
  readonly body: string | undefined
  /**
   * Columns of the result, where they are known. Undefined with a body: they follow from it. Undefined without one:
   * nothing is known, so any column may be named (`FileProfile`).
   */
  readonly columns: readonly Column[] | undefined
  /** `T | invoke FileProfile(SHA1)`: a column of the table means its name, as `FileProfile("SHA1")` does. */
  readonly takesColumns?: boolean
}

/** What names a query may use. Table names are case-sensitive, as in Log Analytics. */
export interface WorkspaceSchema {
  readonly tables: ReadonlyMap<string, TableSchema>
  readonly functions: ReadonlyMap<string, FunctionSchema>
}
