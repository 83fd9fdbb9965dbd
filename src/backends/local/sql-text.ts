import { literalPath } from '../../kql/duckdb/literal-path.ts'

/** A text literal of DuckDB. Paths and names of users only ever enter SQL through here or as quoted identifiers. */
export function sqlText(text: string): string {
  const [first = '', ...others] = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  // A NUL would end the whole statement.
  return others.length === 0 ? first : `(${[first, ...others].join(' || chr(0) || ')})`
}

export function sqlTextList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`
}

/** A file for `read_csv`, `read_json` and `parquet_metadata`. */
export function sqlPath(path: string): string {
  return sqlText(literalPath(path))
}

/** Files for `FROM`. Unasked DuckDB takes a folder named `Caller=x` for a column, and its value for that of every row. */
export function readParquet(paths: readonly string[]): string {
  return `read_parquet(${sqlTextList(paths.map(literalPath))}, hive_partitioning=false)`
}
