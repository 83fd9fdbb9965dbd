import type { DuckDBConnection } from '@duckdb/node-api'
import { malformedFile } from '../faults.ts'
import { queryRows, type RawTable } from '../raw-table.ts'
import { readParquet, sqlPath } from '../sql-text.ts'
import { quoteIdentifier } from '../../../kql/duckdb/storage.ts'
import type { StagedFile } from '../staging.ts'

/** A Parquet file: its columns are typed already. */
export async function openParquet(connection: DuckDBConnection, staged: StagedFile): Promise<RawTable> {
  const { label } = staged.part
  const from = readParquet([staged.path])
  const explain = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    return malformedFile(
      { label },
      `not a readable Parquet file (${message.split('\n')[0]})`,
      'write the file again',
      error,
    )
  }
  const types = new Map<string, string>()
  let filled: ReadonlySet<string>
  try {
    filled = await filledColumns(connection, staged)
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
            isFilled: filled.has(key),
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

/** Columns of which the file's own statistics say that they have no NULL. */
async function filledColumns(connection: DuckDBConnection, { path }: StagedFile): Promise<ReadonlySet<string>> {
  const sql = `SELECT path_in_schema AS name FROM parquet_metadata(${sqlPath(path)})
    GROUP BY ALL HAVING bool_and(coalesce(stats_null_count = 0, false))`
  return new Set((await queryRows(connection, sql)).map(({ name }) => String(name)))
}
