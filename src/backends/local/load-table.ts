import type { Column, KustoType } from '../../domain/kusto.ts'
import type { TableSchema } from '../../domain/schema.ts'
import { quoteIdentifier, STORAGE_TYPE, type StoredTable } from '../../kql/duckdb/storage.ts'
import { convert } from './conversion.ts'
import { physicalNames, titlesOf } from './column-names.ts'
import { inPlacePart, ROW_PLACE, rowsInPlace } from './in-place.ts'
import { cellOf, scanOf, type OpenPart } from './part-cells.ts'
import { badValue, quoteValue } from './faults.ts'
import { examineColumns, settleType, type ColumnEvidence } from './inference.ts'
import { queryRows, type RawScan, type RawTable } from './raw-table.ts'
import { openPart, type ReaderContext } from './readers/index.ts'
import type { TableSource } from './table-part.ts'
import { viewOver } from './table-view.ts'

/** What to do with a cell that does not fit its column's type: refuse the table, or take the cell as missing and say so. */
export type BadValuePolicy = 'refuse' | 'null'

export interface LoadedTable {
  readonly stored: StoredTable
  readonly rowCount: number
  /** Column that the window bounds; undefined for a table without times. */
  readonly timeColumn: string | undefined
  /** First and last time, in ticks; undefined without rows or times. Reads the times of all rows. */
  span(): Promise<{ readonly first: bigint; readonly last: bigint } | undefined>
  readonly warnings: readonly string[]
  /** Files that queries read where they lie. */
  readonly filesInPlace: readonly { readonly label: string; readonly path: string }[]
}

export interface LoadRequest {
  readonly source: TableSource
  /** What the workspace's schema says of the table. */
  readonly schema: TableSchema | undefined
  /** Name for the DuckDB relation, not yet taken. */
  readonly relation: string
  readonly badValues: BadValuePolicy
}

/**
 * Loads all parts of a table into DuckDB in storage form. Columns: those of the schema, in its order, then what the
 * parts have beyond it, with inferred types.
 *
 * @throws BackendError `local/malformed-file`, `local/bad-value`, `local/unreadable`, `local/outside-folder`
 */
export async function loadTable(request: LoadRequest, context: ReaderContext): Promise<LoadedTable> {
  const { source, schema, relation } = request
  if (source.refused !== undefined) throw source.refused
  const parts: OpenPart[] = []
  for (const [index, part] of source.parts.entries()) {
    const raw = await openPart(part, `${relation}#part${index}`, context)
    parts.push({ raw, label: part.label, titles: titlesOf(raw.keys, schema, part.label) })
  }
  const present = await presentColumns(source.name, schema, parts, context)
  const physical = physicalNames([...new Set([...(schema?.columns ?? []), ...present].map(({ name }) => name))])
  const base = `${relation}#rows`
  const placed = parts.map((part) => ({ part, inPlace: inPlacePart(part, present) }))
  const inPlace = placed.flatMap((one) => one.inPlace ?? [])
  const others = placed.flatMap((one) => (one.inPlace === undefined ? [one.part] : []))
  const loaded = inPlace.length === 0 ? base : `${relation}#loaded`
  if (others.length > 0 || inPlace.length === 0) await createBase(loaded, present, physical, context)
  const warnings: string[] = []
  for (const part of others) {
    const warning = await insertPart({ base: loaded, part, present, badValues: request.badValues }, context)
    if (warning !== undefined) warnings.push(`${source.name}: ${warning}`)
  }
  const rows = rowsInPlace(inPlace, others.length === 0 ? undefined : loaded, present, physical)
  if (inPlace.length > 0) await context.connection.run(`CREATE VIEW ${quoteIdentifier(base)} AS ${rows.sql}`)
  const { natives, filled } = rows
  const place = inPlace.length === 0 ? 'rowid' : quoteIdentifier(ROW_PLACE)
  const view = { name: source.name, schema, relation, base, present, physical, place, natives, filled }
  return { ...(await viewOver(view, context.connection)), warnings, filesInPlace: inPlace }
}

/** Names the column of the first cell of a row that does not fit; queries do not see it. */
const FAULT = '"#fault"'

/** Columns that any part has, with their types: from the schema, from the title, else from the values. */
async function presentColumns(
  table: string,
  schema: TableSchema | undefined,
  parts: readonly OpenPart[],
  context: ReaderContext,
): Promise<readonly Column[]> {
  const types = new Map<string, KustoType | undefined>()
  const known = new Map(schema?.columns.map(({ name, type }) => [name, type]))
  for (const { name, type } of parts.flatMap(({ titles }) => [...titles.values()])) {
    types.set(name, known.get(name) ?? types.get(name) ?? type)
  }
  const unknown = new Set([...types].flatMap(([name, type]) => (type === undefined ? [name] : [])))
  const found = new Map<string, ColumnEvidence[]>([...unknown].map((name) => [name, []]))
  for (const { raw, titles } of unknown.size === 0 ? [] : parts) {
    const wanted = new Map(
      [...titles].flatMap(([key, { name }]) => (unknown.has(name) ? [[key, undefined] as const] : [])),
    )
    const examined = await reading(raw, context, () => examineColumns(context.connection, raw.scan(wanted)))
    for (const [key, evidence] of examined) {
      found.get(titles.get(key)?.name ?? '')?.push(evidence)
    }
  }
  const order = new Set([...known.keys(), ...types.keys()])
  return [...order].flatMap((name) => {
    if (!types.has(name)) return []
    return [{ name, type: types.get(name) ?? settleType(table, name, found.get(name) ?? []) }]
  })
}

async function createBase(
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

interface Insertion {
  readonly base: string
  readonly part: OpenPart
  readonly present: readonly Column[]
  readonly badValues: BadValuePolicy
}

/** Returns a warning where cells became missing. */
async function insertPart(insertion: Insertion, context: ReaderContext): Promise<string | undefined> {
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

/** Runs SQL that reads a part; what DuckDB says of a damaged one becomes a fault with its place. */
async function reading<Result>(raw: RawTable, { signal }: ReaderContext, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    throw signal.aborted ? signal.reason : await raw.explain(error)
  }
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
  return `${count} rows have cells that do not fit their column and were taken as missing; the first: ${fault.message}`
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
  datetime: 'times are like 2026-03-01T10:00:00.1234567Z, or 3/1/2026, 10:00:00.123 AM as the portal exports them',
  long: 'a long is a whole number from -9223372036854775808 to 9223372036854775807',
  int: 'an int is a whole number from -2147483648 to 2147483647',
  bool: 'a bool is true, false, 1 or 0',
}
