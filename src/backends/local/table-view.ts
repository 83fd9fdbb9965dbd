import { parseForeignName } from '../../domain/foreign-tables.ts'
import type { DuckDBConnection } from '@duckdb/node-api'
import { BackendError } from '../../domain/errors.ts'
import type { Column } from '../../domain/kusto.ts'
import type { TableSchema } from '../../domain/schema.ts'
import {
  quoteIdentifier,
  STORAGE_TYPE,
  type NativeColumn,
  type StoredColumn,
  type StoredFiles,
  type StoredTable,
} from '../../kql/duckdb/storage.ts'
import { queryRows } from './raw-table.ts'
import { sqlText } from './sql-text.ts'

export interface ViewRequest {
  readonly name: string
  readonly schema: TableSchema | undefined
  /** Name of the view to make. */
  readonly relation: string
  /** DuckDB table with the columns that the files have. */
  readonly base: string
  /** View of the same rows, see `StoredTable.base`. */
  readonly sifted: string | undefined
  /** What `base` is made of, see `StoredTable.base`. */
  readonly files: readonly StoredFiles[] | undefined
  readonly present: readonly Column[]
  readonly physical: ReadonlyMap<string, string>
  /** SQL that tells the rows of `base` apart. */
  readonly place: string
  /** Columns that `base` also has as the files have them. */
  readonly natives: ReadonlyMap<string, NativeColumn>
  /** Columns that have a value in every row. */
  readonly filled: ReadonlySet<string>
}

export interface TableView {
  readonly stored: StoredTable
  readonly rowCount: number
  readonly timeColumn: string | undefined
  span(): Promise<Span | undefined>
}

interface Span {
  readonly first: bigint
  readonly last: bigint
}

/**
 * The table as queries see it: a view that adds to the rows of the files what Log Analytics would have. Columns that the
 * files lack cost nothing so: the view has constants for them, and the optimizer drops what a query does not read.
 */
export async function viewOver(request: ViewRequest, connection: DuckDBConnection): Promise<TableView> {
  const { name, schema, relation, base, present, physical } = request
  const columns = [...new Map([...(schema?.columns ?? []), ...present].map((column) => [column.name, column])).values()]
  // An empty file, or a folder beside the tables that holds none, under a name that no catalogue knows.
  if (columns.length === 0) {
    throw new BackendError({
      code: 'local/no-columns',
      message: `${name} has no columns: no catalogue knows the table, and its files hold no rows`,
      hint: `move ${name} out of the data folder, or give it rows`,
    })
  }
  const byName = new Map(columns.map((column) => [column.name, column]))
  const timeColumn = ['TimeGenerated', 'Timestamp'].find((time) => byName.get(time)?.type === 'datetime')
  const quoted = (column: string) => quoteIdentifier(physical.get(column) ?? column)
  const values = columns.map((column) => ({ column, value: valueOf(column, request, timeColumn) }))
  const natives = values.flatMap(({ column: { name: own }, value }) => {
    // `TimeGenerated` may be the column `Timestamp`.
    const source = [own, 'TimeGenerated', 'Timestamp'].find((name) => value === quoted(name))
    const native = source === undefined ? undefined : request.natives.get(source)
    return native === undefined ? [] : [[own, native] as const]
  })
  const select = [
    ...values.map(({ column, value }) => `${value} AS ${quoted(column.name)}`),
    ...new Set(natives.map(([, native]) => quoteIdentifier(native.name))),
  ]
  await connection.run(
    `CREATE VIEW ${quoteIdentifier(relation)} AS SELECT ${select.join(', ')} FROM ${quoteIdentifier(base)}`,
  )
  const arrival = byName.has('_TimeReceived') ? '_TimeReceived' : timeColumn
  const native = new Map(natives)
  const stored: StoredTable = {
    name,
    relation,
    base: {
      relation: base,
      ...(request.sifted === undefined ? {} : { sifted: request.sifted }),
      ...(request.files === undefined ? {} : { files: request.files }),
      cells: new Map(values.map(({ column, value }) => [physical.get(column.name) ?? column.name, value])),
    },
    columns: values.map(({ column, value }) => ({
      ...storedColumn(column, physical, native),
      ...(value === missingSql(column.type) ? { isMissing: true } : {}),
    })),
    ...(arrival === undefined ? {} : { ingestionTimeColumn: physical.get(arrival) ?? arrival }),
  }
  const [row] = await queryRows(connection, `SELECT count(*) AS n FROM ${quoteIdentifier(base)}`)
  let span: Promise<Span | undefined> | undefined
  return {
    stored,
    timeColumn,
    rowCount: Number(row?.['n']),
    span: () => (span ??= spanOf(relation, timeColumn && quoted(timeColumn), connection)),
  }
}

function storedColumn(
  column: Column,
  physical: ReadonlyMap<string, string>,
  natives: ReadonlyMap<string, NativeColumn>,
): StoredColumn {
  const storageName = physical.get(column.name) ?? column.name
  const native = natives.get(column.name)
  return {
    ...column,
    ...(storageName === column.name ? {} : { storageName }),
    ...(native === undefined ? {} : { native }),
  }
}

async function spanOf(
  relation: string,
  time: string | undefined,
  connection: DuckDBConnection,
): Promise<Span | undefined> {
  if (time === undefined) return undefined
  const sql = `SELECT min(${time}) AS first, max(${time}) AS last FROM ${quoteIdentifier(relation)}`
  const [{ first, last } = {}] = await queryRows(connection, sql)
  return typeof first === 'bigint' && typeof last === 'bigint' ? { first, last } : undefined
}

const missingSql = (type: Column['type']): string => (type === 'string' ? `''` : `CAST(NULL AS ${STORAGE_TYPE[type]})`)

/**
 * Cells that the files lack:
 * - `TimeGenerated` and `Timestamp` are the same moment (the workspace's name and that of advanced hunting,
 *   shared/reference/azure-contract.md G4); either stands in for the other.
 * - `Type` is the name of the table.
 * - `_TimeReceived`, from which `ingestion_time()` comes too: files do not say when a row arrived, so it is the time of
 *   the event.
 * - `_ItemId` tells rows apart; here it follows from the row's place.
 * - everything else is missing: null, or `''` for strings.
 */
function valueOf(column: Column, request: ViewRequest, timeColumn: string | undefined): string {
  const { name, type } = column
  const { base, present, physical, place, filled } = request
  const cell = (wanted: string) => {
    const own = present.find((one) => one.name === wanted && one.type === type)
    return own === undefined ? undefined : quoteIdentifier(physical.get(wanted) ?? wanted)
  }
  const missing = missingSql(type)
  const orElse = (...others: readonly (string | undefined)[]) => {
    const own = cell(name)
    if (own !== undefined && filled.has(name)) return own
    const cells = [own, ...others].filter((sql) => sql !== undefined)
    if (cells.length === 0) return missing
    return cells.length === 1 && cells[0] !== undefined ? cells[0] : `coalesce(${cells.join(', ')})`
  }
  if (type === 'datetime' && name === 'TimeGenerated') return orElse(cell('Timestamp'))
  if (type === 'datetime' && name === 'Timestamp') return orElse(cell('TimeGenerated'))
  if (type === 'datetime' && name === '_TimeReceived') {
    return orElse(...(timeColumn === undefined ? [] : [cell('TimeGenerated'), cell('Timestamp')]))
  }
  const own = cell(name)
  if (type === 'string' && name === 'Type') {
    const table = sqlText(parseForeignName(request.name)?.table ?? request.name)
    return own === undefined ? table : `CASE ${own} WHEN '' THEN ${table} ELSE ${own} END`
  }
  if (type === 'string' && name === '_ItemId') {
    const id = `CAST(CAST(md5(${sqlText(`${base}/`)} || ${place}) AS UUID) AS VARCHAR)`
    return own === undefined ? id : `CASE ${own} WHEN '' THEN ${id} ELSE ${own} END`
  }
  return own ?? missing
}
