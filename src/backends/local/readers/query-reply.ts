import type { DuckDBConnection } from '@duckdb/node-api'
import { isKustoType, type KustoType } from '../../../domain/kusto.ts'
import type { RawValue } from '../conversion.ts'
import { malformedFile } from '../faults.ts'
import { queryRows, type RawScan, type RawTable } from '../raw-table.ts'
import type { JsonSource } from './json.ts'

/** DuckDB's type of what counts of a reply; its rows are lists of cells as they are written. */
const TABLES = 'STRUCT("rows" JSON[][])[]'

/**
 * The rows of a saved answer of the Logs Query API (`{ "tables": [{ "name", "columns", "rows" }] }`,
 * shared/reference/azure-contract.md A3). Undefined for anything else. Throws `local/malformed-file` for one that is partial (A5),
 * which must not be taken for the whole.
 */
export async function openReply(connection: DuckDBConnection, source: JsonSource): Promise<RawTable | undefined> {
  const reply = await describeReply(connection, source)
  if (reply === undefined || source.members === undefined) return undefined
  const { columns, error } = reply
  const names = columns.map(({ name }) => name)
  const place = { label: source.label }
  if (error !== undefined) {
    const hint = 'save the answer again, of a shorter time; or take its "error" out, to search what there is of it'
    throw malformedFile(place, `the saved answer is partial (${error})`, hint)
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    const message = `the saved answer has the column ${JSON.stringify(twice)} twice`
    throw malformedFile(place, message, 'give each column of the query a name of its own')
  }
  const rows = `SELECT unnest(tables[1]."rows") AS cells FROM ${source.members(new Map([['tables', TABLES]]))}`
  return {
    keys: names,
    types: new Map(columns.flatMap(({ name, type }) => (isKustoType(type) ? [[name, type]] : []))),
    scan: (types) => scanCells(rows, names, types),
    locate: async (record) => ({ ...place, record: record + 1 }),
    explain: (fault) => source.explain(fault),
    ...(source.remark === undefined ? {} : { remark: source.remark }),
  }
}

function scanCells(rows: string, names: readonly string[], types: ReadonlyMap<string, KustoType | undefined>): RawScan {
  const cells = [...types].map(([name, type], index) => {
    const isJson = type === undefined || type === 'dynamic'
    const cell = `cells[${names.indexOf(name) + 1}]`
    const value: RawValue = { form: isJson ? 'json' : 'text', sql: `cell${index}` }
    return { name, value, column: `${isJson ? cell : `(${cell} ->> '$')`} AS cell${index}` }
  })
  const columns = cells.length === 0 ? 'NULL' : cells.map(({ column }) => column).join(', ')
  return { from: `(SELECT ${columns} FROM (${rows}))`, values: new Map(cells.map(({ name, value }) => [name, value])) }
}

interface Reply {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** What the service says that went wrong. */
  readonly error: string | undefined
}

async function describeReply(connection: DuckDBConnection, source: JsonSource): Promise<Reply | undefined> {
  const isReply = `json_type(json, '$.tables[0].rows') = 'ARRAY' AND json_type(json, '$.tables[0].columns') = 'ARRAY'`
  const [names, types] = ['name', 'type'].map((key) => `json_extract_string(json, '$.tables[0].columns[*].${key}')`)
  const error = `CASE WHEN json_type(json, '$.error') <> 'NULL' THEN coalesce(json ->> '$.error.code', 'error') END`
  // Two records are enough to tell a reply, which is one, from a table with such a column.
  const sql = `SELECT ${isReply} AS is_reply, ${names} AS names, ${types} AS types, ${error} AS error FROM ${source.from} LIMIT 2`
  const [first, second] = await queryRows(connection, sql)
  const [named, typed] = [first?.['names'], first?.['types']]
  if (second !== undefined || first?.['is_reply'] !== true || !Array.isArray(named)) return undefined
  // A list of types that is shorter cannot be told which is whose.
  const typeAt = (index: number): unknown => (Array.isArray(typed) && typed.length === named.length ? typed[index] : '')
  return {
    columns: named.map((name, index) => ({ name: String(name), type: String(typeAt(index)) })),
    error: first['error'] === null ? undefined : String(first['error']),
  }
}
