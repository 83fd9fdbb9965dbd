import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Column, KustoType } from '../../domain/kusto.ts'
import { fileError } from '../../files/file-error.ts'
import { createTemporary, syncFolder } from '../../files/write-atomically.ts'
import { openSession } from '../../kql/duckdb/session.ts'
import { quoteIdentifier } from '../../kql/index.ts'
import { sqlPath, sqlText } from './sql-text.ts'
import { TemporaryFolder, type TemporaryOwner } from './temporary-folder.ts'

/** Types under which other programs know the values; what Parquet has no type for stays text. */
const PARQUET_TYPE: Readonly<Record<KustoType, string>> = {
  bool: 'BOOLEAN',
  datetime: 'VARCHAR',
  decimal: 'VARCHAR',
  dynamic: 'VARCHAR',
  guid: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  string: 'VARCHAR',
  timespan: 'VARCHAR',
}

export interface WriteParquetOptions {
  /** DuckDB's notation, `2GB`; undefined: 80 % of the machine's memory. */
  readonly memoryLimit?: string | undefined
  readonly owner?: TemporaryOwner | undefined
}

/** A TIMESTAMP_NS, which keeps the service's 100 ns, holds 1677 to 2262. */
const NANOSECOND_YEARS = "BETWEEN '1678' AND '2261'"

/**
 * Turns NDJSON as ndjsonPieces writes it into a Parquet file, whole or not at all. A datetime column becomes a timestamp
 * in nanoseconds, unless one of its values lies outside of what that can hold: then its text stays.
 *
 * @throws IncompleteError `files/unwritable`
 */
export async function writeParquet(
  source: string,
  columns: readonly Column[],
  target: string,
  { memoryLimit, owner }: WriteParquetOptions = {},
): Promise<void> {
  const spills = await TemporaryFolder.make(owner)
  const session = await openSession({
    readableFolders: [dirname(source), dirname(target)],
    temporaryFolder: spills.path,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  })
  let temporary: string | undefined
  try {
    const { connection } = session
    const wire = columns.map(({ name, type }) => `${sqlText(name)}: ${sqlText(PARQUET_TYPE[type])}`)
    const read = `read_json(${sqlPath(source)}, format = 'newline_delimited', records = true, columns = {${wire.join(', ')}})`
    const times = columns.filter(({ type }) => type === 'datetime').map(({ name }) => name)
    const fitting = new Set<string>()
    for (const name of times) {
      const value = quoteIdentifier(name)
      const outside = `SELECT count(*) AS n FROM ${read} WHERE ${value} IS NOT NULL AND left(${value}, 4) NOT ${NANOSECOND_YEARS}`
      const [row] = (await connection.runAndReadAll(outside)).getRowObjects()
      if (row?.['n'] === 0n) fitting.add(name)
    }
    const select = columns.map(({ name }) => {
      const value = quoteIdentifier(name)
      return fitting.has(name) ? `CAST(rtrim(${value}, 'Z') AS TIMESTAMP_NS) AS ${value}` : value
    })
    const created = await createTemporary(dirname(target), basename(target))
    temporary = created.path
    await created.handle.close()
    await connection.run(
      `COPY (SELECT ${select.join(', ')} FROM ${read}) TO ${sqlText(temporary)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    )
    const written = await open(temporary, 'r+')
    await written.sync().finally(() => written.close())
    await rename(temporary, target)
    temporary = undefined
    await syncFolder(dirname(target))
  } catch (cause) {
    throw fileError('write', target, cause)
  } finally {
    session.close()
    await spills.remove()
    if (temporary !== undefined) await rm(temporary, { force: true })
  }
}
