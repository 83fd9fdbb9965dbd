import type { Column, KustoType } from '../../domain/kusto.ts'
import { quoteIdentifier, STORAGE_TYPE } from '../../kql/duckdb/storage.ts'
import { convert } from './conversion.ts'
import { badValue, quoteValue } from './faults.ts'
import { reading } from './open-table.ts'
import { cellOf, scanOf, type OpenPart } from './part-cells.ts'
import { queryRows, type RawScan } from './raw-table.ts'
import type { ReaderContext } from './readers/index.ts'
import { countOf } from '../../text/count.ts'

/** What to do with a cell that does not fit its column's type: refuse the table, or take the cell as missing and say so. */
export type BadValuePolicy = 'refuse' | 'null'

/** Names the column of the first cell of a row that does not fit; queries do not see it. */
const FAULT = '"#fault"'

/** An empty DuckDB table for the rows of parts. */
export async function createBase(
  base: string,
  columns: readonly Column[],
  physical: ReadonlyMap<string, string>,
  { connection }: ReaderContext,
): Promise<void> {
  const definitions = columns.map(
    ({ name, type }) => `${quoteIdentifier(physical.get(name) ?? name)} ${STORAGE_TYPE[type]}`,
  )
  await connection.run(`CREATE TABLE ${quoteIdentifier(base)} (${[...definitions, `${FAULT} VARCHAR`].join(', ')})`)
}

export interface Insertion {
  readonly base: string
  readonly part: OpenPart
  readonly present: readonly Column[]
  readonly badValues: BadValuePolicy
}

/** Appends a part's rows. Returns a warning where cells became missing. */
export async function insertPart(insertion: Insertion, context: ReaderContext): Promise<string | undefined> {
  const { base, part, present } = insertion
  const types = new Map(present.map(({ name, type }) => [name, type]))
  const scan = scanOf(part, types)
  const cells = present.map((column) => cellOf(column, part, scan))
  const faults = cells.flatMap(({ fault }) => fault)
  const fault = faults.length === 0 ? 'NULL' : `CASE ${faults.join(' ')} END`
  const before = await rowCount(base, context)
  const values = [...cells.map(({ sql }) => sql), fault].join(',\n')
  const insert = `INSERT INTO ${quoteIdentifier(base)} SELECT ${values} FROM ${scan.from}`
  await reading(part.raw, context, () => context.connection.run(insert))
  return checkFaults(insertion, { before, types, scan }, context)
}

async function rowCount(relation: string, { connection }: ReaderContext): Promise<number> {
  const [row] = await queryRows(connection, `SELECT count(*) AS n FROM ${quoteIdentifier(relation)}`)
  return Number(row?.['n'])
}

interface Inserted {
  /** Rows of the base before this part's. */
  readonly before: number
  readonly types: ReadonlyMap<string, KustoType>
  readonly scan: RawScan
}

async function checkFaults(
  insertion: Insertion,
  inserted: Inserted,
  context: ReaderContext,
): Promise<string | undefined> {
  const { base, part, badValues } = insertion
  const [row] = await queryRows(
    context.connection,
    `SELECT count(*) AS n, min(rowid) AS first, arg_min(${FAULT}, rowid) AS key FROM ${quoteIdentifier(base)}
     WHERE ${FAULT} IS NOT NULL AND rowid >= ${inserted.before}`,
  )
  const count = Number(row?.['n'])
  if (count === 0) return undefined
  const [key, record] = [String(row?.['key']), Number(row?.['first']) - inserted.before]
  const fault = await describeFault(part, key, record, inserted, context)
  if (badValues === 'refuse') throw fault
  return `${countOf(count, 'row has', 'rows have')} cells that do not fit their column and were taken as missing; the first: ${fault.message}`
}

async function describeFault(
  part: OpenPart,
  key: string,
  record: number,
  { types, scan }: Inserted,
  context: ReaderContext,
) {
  const value = scan.values.get(key)
  const title = part.titles.get(key)
  const type = types.get(title?.name ?? '') ?? 'string'
  const text = value === undefined ? '' : convert(value, 'string').sql
  const [row] = await queryRows(context.connection, `SELECT ${text} AS cell FROM ${scan.from} LIMIT 1 OFFSET ${record}`)
  const message = `${title?.name} is ${quoteValue(String(row?.['cell']))}, which is no ${type}`
  return badValue(await part.raw.locate(record), message, HINTS[type] ?? `give a ${type}, or leave the cell empty`)
}

const HINTS: Partial<Record<KustoType, string>> = {
  datetime:
    'times are like 2026-03-01T10:00:00.1234567Z, or 3/1/2026, 10:00:00.123 AM as the portal exports them; from the year 1 to 9999',
  long: 'a long is a whole number from -9223372036854775808 to 9223372036854775807',
  int: 'an int is a whole number from -2147483648 to 2147483647',
  decimal: 'the embedded engine keeps 20 digits of a decimal before the point and 18 behind it',
  bool: 'a bool is true, false, 1 or 0',
}
