import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sqlText } from '../../src/backends/local/sql-text.ts'
import type { Job } from '../jobs.ts'

/** DuckDB's own reader of JSON, told the columns and their types: no search for keys, no check, no view. */
export const load: Job = async ({ data = '', table = '', types = {} }) => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns = Object.entries(types).map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`)
  const file = sqlText(join(data, `${table}.ndjson`))
  await connection.run(
    `CREATE TABLE plain AS FROM read_json(${file}, format = 'newline_delimited', columns = {${columns.join(', ')}})`,
  )
  const [[rows] = []] = (await connection.runAndReadAll('SELECT count(*) FROM plain')).getRows()
  connection.closeSync()
  instance.closeSync()
  return Number(rows)
}
