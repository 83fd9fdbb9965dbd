import type { DuckDBConnection } from '@duckdb/node-api'
import { queryRows } from '../raw-table.ts'
import { sqlText } from '../sql-text.ts'
import type { JsonSource } from './json.ts'

/**
 * The rows of a saved answer of the Logs Query API (`{ "tables": [{ "name", "columns", "rows" }] }`,
 * shared/reference/azure-contract.md A3), as records with the columns' names for keys. Anything else comes back as it is.
 */
export async function unwrapReply(connection: DuckDBConnection, source: JsonSource): Promise<JsonSource> {
  const names = await replyColumns(connection, source)
  if (names === undefined) return source
  const members = names.map((name, index) => `${sqlText(name)}, json_extract(cells, '$[${index}]')`)
  const rows = `SELECT unnest(json_extract(json, '$.tables[0].rows[*]')) AS cells FROM ${source.from}`
  return {
    label: source.label,
    explain: source.explain,
    from: `(SELECT json_object(${members.join(', ')}) AS json FROM (${rows}))`,
    locate: async (record) => ({ label: source.label, record: record + 1 }),
    ...(source.remark === undefined ? {} : { remark: source.remark }),
  }
}

async function replyColumns(connection: DuckDBConnection, source: JsonSource): Promise<readonly string[] | undefined> {
  const isReply = `json_type(json, '$.tables[0].rows') = 'ARRAY' AND json_type(json, '$.tables[0].columns') = 'ARRAY'`
  const names = `json_extract_string(json, '$.tables[0].columns[*].name')`
  // Two records are enough to tell a reply, which is one, from a table with such a column.
  const sql = `SELECT ${isReply} AS is_reply, ${names} AS names FROM ${source.from} LIMIT 2`
  const [first, second] = await queryRows(connection, sql)
  if (second !== undefined || first?.['is_reply'] !== true || !Array.isArray(first['names'])) return undefined
  return first['names'].map(String)
}
