import type { DuckDBConnection } from '@duckdb/node-api'
import { append } from '../../../kql/duckdb/append.ts'
import { quoteIdentifier } from '../../../kql/duckdb/storage.ts'
import { printString } from '../../../kql/values/json.ts'
import type { RowObject, RowsPart } from '../table-part.ts'
import type { JsonSource } from './json.ts'

/**
 * Rows that a test gives as objects, put into DuckDB as JSON text so that they are typed by the same code as files.
 * `relation` is a temporary table that the caller drops.
 */
export async function jsonRows(connection: DuckDBConnection, part: RowsPart, relation: string): Promise<JsonSource> {
  await connection.run(`CREATE TEMP TABLE ${quoteIdentifier(relation)} (json JSON)`)
  await append(connection, { table: relation, isTemporary: true }, (appender) => {
    for (const row of part.rows) {
      appender.appendVarchar(rowText(row))
      appender.endRow()
    }
  })
  return {
    label: part.label,
    from: quoteIdentifier(relation),
    locate: async (record) => ({ label: part.label, record: record + 1 }),
    explain: async (error) => error,
  }
}

/** JSON.stringify would refuse a bigint and write NaN as null. */
function rowText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value))
  if (Array.isArray(value)) return `[${value.map(rowText).join(',')}]`
  if (typeof value === 'string') return printString(value)
  if (value instanceof Date || typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return `{${Object.entries(value as RowObject)
    .map(([key, cell]) => `${printString(key)}:${rowText(cell)}`)
    .join(',')}}`
}
