import { KqlError } from '../../domain/errors.ts'
import type { Column, KustoType } from '../../domain/kusto.ts'
import { quoteIdentifier, STORAGE_TYPE, type StoredTable } from '../../kql/index.ts'
import { columnAt } from './missing-watchlists.ts'
import type { DuckDBConnection } from '@duckdb/node-api'

/**
 * The one table of Log Analytics without columns of its own: a workspace gets one for whatever a resource has logged, named
 * after its type (https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics). The catalogue knows
 * those of widespread resources; a query that names another one means records that are not there.
 */
export const RESOURCE_LOGS = 'AzureDiagnostics'

const ENDINGS: Readonly<Record<string, KustoType>> = {
  _s: 'string',
  _d: 'real',
  _b: 'bool',
  _t: 'datetime',
  _g: 'guid',
}

/** More would be a text made to keep us busy. */
const MOST_COLUMNS = 200

/** The column that an error of the query misses, if resource logs could have it. */
export function missingLogColumn(error: unknown, query: string): Column | undefined {
  if (!(error instanceof KqlError) || error.code !== 'kql/unknown-column') return undefined
  const name = columnAt(query, error)
  const type = /^\w+$/.test(name) ? ENDINGS[name.slice(-2)] : undefined
  return type === undefined ? undefined : { name, type }
}

/** The table with further columns that have no value in any row; undefined where it has one of the name. */
export async function withLogColumns(
  table: StoredTable,
  columns: readonly Column[],
  connection: DuckDBConnection,
): Promise<StoredTable | undefined> {
  const last = columns.at(-1)
  if (last === undefined || columns.length > MOST_COLUMNS) return undefined
  const taken = [...table.columns, ...columns.slice(0, -1)].some(({ name }) => name === last.name)
  if (taken) return undefined
  const further = columns.map((column, index) => ({ ...column, storageName: `further#${index}`, isMissing: true }))
  const cells = further.map(({ type, storageName }) =>
    [type === 'string' ? `''` : `CAST(NULL AS ${STORAGE_TYPE[type]})`, quoteIdentifier(storageName)].join(' AS '),
  )
  const relation = `${table.relation}#further`
  await connection.run(
    `CREATE OR REPLACE VIEW ${quoteIdentifier(relation)} AS SELECT *, ${cells.join(', ')} FROM ${quoteIdentifier(table.relation)}`,
  )
  const { base: _, ...rest } = table
  return { ...rest, relation, columns: [...table.columns, ...further] }
}
