import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { quoteIdentifier, UNIX_EPOCH_TICKS, type StoredColumn } from '../../src/kql/index.ts'

/** What makes a row of the sample week one that no rule of the pack looks at; `k` is the number of its copy. */
const NOISE: Readonly<Record<string, string>> = {
  DeviceId: `md5('noise ' || k)`,
  DeviceName: `'noise-' || (k % 5000) || '.contoso.com'`,
  FileName: `'svchost.exe'`,
  ProcessCommandLine: `'svchost.exe -k netsvcs -p -s Schedule ' || md5(CAST(k AS VARCHAR))`,
  InitiatingProcessFileName: `'services.exe'`,
  InitiatingProcessCommandLine: `'services.exe ' || k`,
  ActionType: `'RegistryValueSet'`,
  ActivityType: `'Read'`,
  OperationName: `'List Storage Account Keys'`,
  OperationNameValue: `'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION'`,
  CorrelationId: `md5('run ' || k)`,
  UserPrincipalName: `'noise' || (k % 20000) || '@contoso.com'`,
}

/**
 * A table of the sample week as Parquet, filled up to about `rows` rows with copies that no rule looks at: what a rule
 * looks for is rare in real logs, and finding it is reading the rest.
 */
export async function writeNoisy(
  { engine: { connection }, loaded }: LocalWorkspace,
  name: string,
  folder: string,
  rows: number,
): Promise<void> {
  const table = loaded.get(name)
  if (table === undefined || table.rowCount === 0) return
  const { columns, relation } = table.stored
  const own = columns.filter((column) => !['_ItemId', '_TimeReceived', 'Type'].includes(column.name))
  const sources = own.map((column) => `${plainSql(column)} AS ${quoteIdentifier(column.name)}`)
  const week = join(folder, `${name}.week`)
  await connection.run(
    `COPY (SELECT ${sources.join(', ')} FROM ${quoteIdentifier(relation)} ORDER BY "TimeGenerated") TO ${text(week)} (FORMAT parquet)`,
  )
  const copies = Math.ceil(Math.max(0, rows - table.rowCount) / table.rowCount)
  const numbered = `SELECT *, c * ${table.rowCount} + file_row_number AS k
    FROM (SELECT *, unnest(range(${copies + 1})) AS c FROM read_parquet(${text(week)}, file_row_number = true))`
  const cells = own.map((column) => noisyCell(column))
  await inFileOrder((plain) =>
    plain.run(
      `COPY (SELECT ${cells.join(', ')} FROM (${numbered})) TO ${text(join(folder, `${name}.parquet`))} (FORMAT parquet)`,
    ),
  )
  rmSync(week)
}

/** The first of the copies of a row is the row itself. */
function noisyCell({ name, type }: StoredColumn): string {
  const noise = type === 'string' ? NOISE[name] : undefined
  const column = quoteIdentifier(name)
  return noise === undefined ? column : `CASE WHEN c = 0 THEN ${column} ELSE ${noise} END AS ${column}`
}

/**
 * A DuckDB that writes rows in the order of their file for having one thread, and as they come. Told to keep the order it gathers all
 * that comes of one row group of the source before it writes: of ten million rows 20 GB, as sorting them would take.
 */
async function inFileOrder(work: (connection: DuckDBConnection) => Promise<unknown>): Promise<void> {
  const settings = { threads: '1', preserve_insertion_order: 'false', memory_limit: '2GB' }
  const instance = await DuckDBInstance.create(':memory:', settings)
  const connection = await instance.connect()
  try {
    await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** A time as other tools write it; everything else lies in Parquet as it lies in the engine. */
function plainSql({ name, storageName = name, type }: StoredColumn): string {
  const column = quoteIdentifier(storageName)
  return type === 'datetime' ? `make_timestamp((${column} - ${UNIX_EPOCH_TICKS}) // 10)` : column
}
