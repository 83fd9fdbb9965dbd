import type { Column } from '../../domain/kusto.ts'
import {
  identifierOf,
  quoteIdentifier,
  STORAGE_TYPE,
  type NativeColumn,
  type StoredFiles,
} from '../../kql/duckdb/storage.ts'
import { reading, type PreparedPart } from './open-table.ts'
import { cellOf, scanOf, type Cell, type OpenPart } from './part-cells.ts'
import { queryRows } from './raw-table.ts'
import type { ReaderContext } from './readers/index.ts'
import { readParquet } from './sql-text.ts'

/** A part whose rows stay in its file: each query reads what it needs of them. */
export interface InPlacePart {
  readonly label: string
  readonly path: string
  readonly cells: ReadonlyMap<string, Cell>
}

/**
 * The part as it lies; undefined where it must be loaded: it is no Parquet file of the user's own, its times are text, which each
 * query would read anew, or a value does not fit its column, which is found out before a query counts on it.
 */
export async function inPlacePart(
  part: OpenPart,
  present: readonly Column[],
  context: ReaderContext,
): Promise<InPlacePart | undefined> {
  const { raw, label } = part
  if (raw.inPlace === undefined) return undefined
  const scan = scanOf(part, new Map(present.map(({ name, type }) => [name, type])))
  const cells = new Map(present.map((column) => [column.name, cellOf(column, part, scan)]))
  const doubtful = [...cells.values()].filter(({ fault }) => fault.length > 0)
  if (doubtful.some(({ readsTimes }) => readsTimes)) return undefined
  if (doubtful.length > 0) {
    // Of all columns these alone are read.
    const faults = `CASE ${doubtful.flatMap(({ fault }) => fault).join(' ')} END`
    const first = `SELECT 1 FROM ${scan.from} WHERE ${faults} IS NOT NULL LIMIT 1`
    const found = await reading(raw, context, () => queryRows(context.connection, first))
    if (found.length > 0) return undefined
  }
  return { label, path: raw.inPlace.path, cells }
}

/**
 * The columnar copy of a part; undefined where there is none, or where it has other columns or types than the table wants
 * by now: another schema, or another file that made a column's values look different.
 */
export function copyInPlace({ part, titles, copy }: PreparedPart, present: readonly Column[]): InPlacePart | undefined {
  if (copy === undefined) return undefined
  const meant = [...titles].map(([key, { name }]) => [key, name])
  if (JSON.stringify(meant) !== JSON.stringify(copy.titles)) return undefined
  const types = new Map(present.map(({ name, type }) => [name, type]))
  if (copy.columns.some(({ name, type }) => types.get(name) !== type)) return undefined
  const stored = new Map(copy.columns.map((column) => [column.name, column]))
  const cells = present.map(({ name, type }): readonly [string, Cell] => {
    const column = stored.get(name)
    const missing = type === 'string' ? `''` : `CAST(NULL AS ${STORAGE_TYPE[type]})`
    const sql = column === undefined ? missing : quoteIdentifier(column.physical)
    return [name, { sql, fault: [], readsTimes: false, native: undefined, isFilled: column?.isFilled === true }]
  })
  return { label: part.label, path: copy.path, cells: new Map(cells) }
}

/** Physical columns beside those of the table: where a row stands, and columns as the files have them. */
export const ROW_PLACE = '#row'
const nativeName = (physical: string): string => `#native ${physical}`

export interface RowsInPlace {
  /** SELECT with the present columns, `#row`, and the native ones. */
  readonly sql: string
  /** The same rows for `StoredTable.base.sifted`. */
  readonly sifted: string
  /** Views that both read, with their SQL. */
  readonly files: readonly (StoredFiles & { readonly sql: string })[]
  readonly natives: ReadonlyMap<string, NativeColumn>
  /** Columns that have a value in every row. */
  readonly filled: ReadonlySet<string>
}

/** All rows of a table with parts in place; `loaded` names the DuckDB table with those of the others, `relation` that of all. */
export function rowsInPlace(
  relation: string,
  parts: readonly InPlacePart[],
  loaded: string | undefined,
  present: readonly Column[],
  physical: ReadonlyMap<string, string>,
): RowsInPlace {
  const nameOf = (column: Column): string => physical.get(column.name) ?? column.name
  const natives = new Map<string, NativeColumn>()
  const filled = new Set<string>()
  for (const column of loaded === undefined ? present : []) {
    const cells = parts.flatMap(({ cells: all }) => all.get(column.name) ?? [])
    const type = cells[0]?.native?.type
    const isSame = type !== undefined && cells.every(({ native }) => native?.type === type)
    if (isSame) natives.set(column.name, { name: nativeName(nameOf(column)), type })
    if (cells.every(({ isFilled }) => isFilled)) filled.add(column.name)
  }
  const files = [...grouped(parts, present, nameOf, natives)].map(([columns, paths], index) => {
    const [file, row] = placeNames([...columns.values()])
    return {
      relation: `${relation}#files${index}`,
      // All columns, as the files have them: those that a query does not name are not read.
      sql: `SELECT *, file_index AS ${file}, file_row_number AS ${row} FROM ${readParquet(paths)}`,
      columns: new Map([...columns, [ROW_PLACE, `'${index}/' || ${file} || '/' || ${row}`]]),
    }
  })
  const rest = loaded === undefined ? [] : [loadedRows(loaded, present.map(nameOf))]
  const rowsOf = (columns: ReadonlyMap<string, string>, from: string): string =>
    `SELECT ${[...columns].map(([name, sql]) => `${sql} AS ${quoteIdentifier(name)}`).join(', ')} FROM ${from}`
  const selects = files.map(({ relation: view, columns }) => rowsOf(columns, quoteIdentifier(view)))
  const asides = files.map(({ relation: view }, index) => `"#${index}" AS MATERIALIZED (FROM ${quoteIdentifier(view)})`)
  const sifted = files.map(({ columns }, index) => rowsOf(columns, `"#${index}"`))
  return {
    sql: [...selects, ...rest].join(UNION),
    sifted: `WITH ${asides.join(', ')}\n${[...sifted, ...rest].join(UNION)}`,
    files,
    natives,
    filled,
  }
}

/** For the place of a row, beside the columns of the files, which may have any name: DuckDB tells names apart without case. */
function placeNames(columns: readonly string[]): readonly [file: string, row: string] {
  const taken = columns.join('\n').toLowerCase()
  let name = '#file'
  while (taken.includes(name)) name += '#'
  return [quoteIdentifier(name), quoteIdentifier(`${name} row`)]
}

const UNION = '\nUNION ALL '

function loadedRows(loaded: string, names: readonly string[]): string {
  const place = `'table/' || rowid AS ${quoteIdentifier(ROW_PLACE)}`
  return `SELECT ${[...names.map(quoteIdentifier), place].join(', ')} FROM ${quoteIdentifier(loaded)}`
}

/** Files that are read by the same expressions are read together. */
function grouped(
  parts: readonly InPlacePart[],
  present: readonly Column[],
  nameOf: (column: Column) => string,
  natives: ReadonlyMap<string, NativeColumn>,
): ReadonlyMap<ReadonlyMap<string, string>, readonly string[]> {
  const groups = new Map<string, { readonly columns: ReadonlyMap<string, string>; readonly paths: string[] }>()
  for (const { path, cells } of parts) {
    const columns = present.flatMap((column): (readonly [string, string])[] => {
      const cell = cells.get(column.name)
      if (cell === undefined) return []
      // What is a column and nothing else has its type.
      const isColumn = identifierOf(cell.sql) !== undefined
      const stored = [
        nameOf(column),
        isColumn ? cell.sql : `CAST(${cell.sql} AS ${STORAGE_TYPE[column.type]})`,
      ] as const
      const native = natives.get(column.name)
      if (native === undefined || cell.native === undefined) return [stored]
      return [stored, [native.name, cell.native.sql]]
    })
    const key = JSON.stringify(columns)
    const group = groups.get(key) ?? { columns: new Map(columns), paths: [] }
    group.paths.push(path)
    groups.set(key, group)
  }
  return new Map([...groups.values()].map(({ columns, paths }) => [columns, paths]))
}
