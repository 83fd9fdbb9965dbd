import { join } from 'node:path'
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
  const cells = own.map((column) => {
    const noise = column.type === 'string' ? NOISE[column.name] : undefined
    const name = quoteIdentifier(column.name)
    return noise === undefined ? name : `CASE WHEN c = 0 THEN ${name} ELSE ${noise} END AS ${name}`
  })
  const copies = Math.ceil(Math.max(0, rows - table.rowCount) / table.rowCount)
  const path = join(folder, `${name}.parquet`).replaceAll("'", "''")
  // Each row of the week and its copies, one after another: nothing has to be sorted, which for ten million rows takes 20 GB.
  await connection.run(`COPY (
    WITH week AS (SELECT ${sources.join(', ')} FROM ${quoteIdentifier(relation)}),
    ordered AS (SELECT *, row_number() OVER (ORDER BY "TimeGenerated") AS n FROM week ORDER BY n),
    copies AS (SELECT *, c * ${table.rowCount} + n AS k FROM (SELECT *, unnest(range(${copies + 1})) AS c FROM ordered))
    SELECT ${cells.join(', ')} FROM copies) TO '${path}' (FORMAT parquet)`)
}

/** A time as other tools write it; everything else lies in Parquet as it lies in the engine. */
function plainSql({ name, storageName = name, type }: StoredColumn): string {
  const column = quoteIdentifier(storageName)
  return type === 'datetime' ? `make_timestamp((${column} - ${UNIX_EPOCH_TICKS}) // 10)` : column
}
