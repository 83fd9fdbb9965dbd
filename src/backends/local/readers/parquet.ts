import type { DuckDBConnection } from '@duckdb/node-api'
import { isOutOfMemory } from '../../../kql/errors.ts'
import { malformedFile, tooLargeToRead } from '../faults.ts'
import { queryRows, type RawTable } from '../raw-table.ts'
import { readParquet, sqlPath } from '../sql-text.ts'
import { quoteIdentifier } from '../../../kql/duckdb/storage.ts'
import type { StagedFile } from '../staging.ts'

/** A Parquet file: its columns are typed already. */
export async function openParquet(connection: DuckDBConnection, staged: StagedFile): Promise<RawTable> {
  const { label } = staged.part
  const from = readParquet([staged.path])
  const explain = (error: unknown) => {
    if (isOutOfMemory(error)) return tooLargeToRead(label, error)
    const message = error instanceof Error ? error.message : String(error)
    return malformedFile(
      { label },
      `not a readable Parquet file (${message.split('\n')[0]})`,
      'write the file again',
      error,
    )
  }
  const types = new Map<string, string>()
  let statistics: ReadonlyMap<string, ColumnStatistics>
  try {
    statistics = await statisticsOf(connection, staged)
    for (const { column_name, column_type } of await queryRows(connection, `DESCRIBE SELECT * FROM ${from}`)) {
      types.set(String(column_name), String(column_type))
    }
  } catch (error) {
    throw explain(error)
  }
  return {
    keys: [...types.keys()],
    scan: (wanted) => ({
      from,
      values: new Map(
        [...wanted.keys()].map((key) => [
          key,
          {
            form: 'native',
            sql: quoteIdentifier(key),
            nativeType: types.get(key) ?? 'VARCHAR',
            isFilled: statistics.get(key)?.isFilled === true,
            range: statistics.get(key)?.range,
          },
        ]),
      ),
    }),
    // A file that was unpacked is gone once the table is loaded.
    ...(staged.path === staged.part.path ? { inPlace: { path: staged.path } } : {}),
    locate: async (record) => ({ label, record: record + 1 }),
    explain: async (error) => explain(error),
  }
}

/** What a file says of a column in the statistics of its row groups. */
interface ColumnStatistics {
  /** No row is NULL. */
  readonly isFilled: boolean
  /** Of whole numbers; undefined where a group with values does not tell. */
  readonly range: { readonly min: bigint; readonly max: bigint } | undefined
}

async function statisticsOf(
  connection: DuckDBConnection,
  { path }: StagedFile,
): Promise<ReadonlyMap<string, ColumnStatistics>> {
  const [min, max] = [`TRY_CAST(stats_min_value AS HUGEINT)`, `TRY_CAST(stats_max_value AS HUGEINT)`]
  const sql = `SELECT path_in_schema AS name, bool_and(coalesce(stats_null_count = 0, false)) AS filled,
      bool_and((${min} IS NOT NULL AND ${max} IS NOT NULL) OR coalesce(stats_null_count = num_values, false)) AS told,
      CAST(min(${min}) AS VARCHAR) AS min, CAST(max(${max}) AS VARCHAR) AS max
    FROM parquet_metadata(${sqlPath(path)}) GROUP BY ALL`
  const rows = await queryRows(connection, sql)
  return new Map(
    rows.map(({ name, filled, told, min: least, max: most }) => {
      const isTold = told === true && typeof least === 'string' && typeof most === 'string'
      const range = isTold ? { min: BigInt(least), max: BigInt(most) } : undefined
      return [String(name), { isFilled: filled === true, range }]
    }),
  )
}
