import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableSchema } from '../../domain/schema.ts'
import { spreadsheetOriginal } from '../../text/spreadsheet.ts'
import { nameableColumn } from './column-names.ts'
import { csvRecords, type CsvRecord } from './csv-records.ts'
import { malformedFile, unreadable } from './faults.ts'
import { checkOnly, filesOf, insideFolder, type NamedFiles } from './named-files.ts'
import type { RowObject, TableSource } from './table-part.ts'
import { utf8Text } from './utf8-file.ts'
import { countOf } from '../../text/count.ts'

export interface Watchlist {
  readonly source: TableSource
  readonly schema: TableSchema
}

/** Columns that `_GetWatchlist` returns beside those of the list, in this order before them. */
export const WATCHLIST_COLUMNS = [
  { name: '_DTItemId', type: 'string' },
  { name: 'LastUpdatedTimeUTC', type: 'datetime' },
  { name: 'SearchKey', type: 'string' },
] as const

const SEARCH_KEY = /^#\s*searchKey\s*:\s*(.+?)\s*$/i

/** How `hunt schema pull` writes cells that a spreadsheet would evaluate: with a `'` in front. */
const ESCAPED = /^#\s*escaped\s*:\s*spreadsheet\s*$/i

/** Where a watchlist lies. */
export interface WatchlistPlace {
  readonly folder: string
  readonly files: NamedFiles
}

/** The watchlists of a folder by alias: the names of its `.csv` files. None when the folder is not there. */
export async function watchlistPlaces(folder: string): Promise<ReadonlyMap<string, WatchlistPlace>> {
  return new Map(Array.from(await filesOf(folder, '.csv'), ([alias, files]) => [alias, { folder, files }]))
}

/**
 * A watchlist as `_GetWatchlist(alias)` returns it: every cell is a string. `SearchKey` repeats the column that a line
 * `# searchKey: <column>` before the header names, else the first column; a list exported from Sentinel has it already. A line
 * `# escaped: spreadsheet` says that the cells are written as spreadsheetSafe writes them.
 *
 * @throws BackendError `local/malformed-file`, `local/unreadable`, `local/outside-folder`, `local/ambiguous-file`
 */
export async function readWatchlist(alias: string, { folder, files }: WatchlistPlace): Promise<Watchlist> {
  checkOnly(folder, files)
  const path = join(folder, files[0])
  try {
    const records: CsvRecord[] = []
    const file = await insideFolder(folder, files[0])
    for await (const record of csvRecords(utf8Text(file, path))) {
      checkWhole(record, path)
      if (record.fields.some((field) => field !== '')) records.push(record)
    }
    const { mtime } = await stat(file)
    return watchlistOf(alias, path, records, mtime.toISOString())
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'BackendError' ? cause : unreadable(path, cause)
  }
}

function checkWhole({ line, isWhole }: CsvRecord, path: string): void {
  if (isWhole) return
  const what = 'a quoted cell does not end, or goes on after its closing quote'
  throw malformedFile({ label: path, line }, what, 'double the quotes inside quoted cells')
}

function watchlistOf(alias: string, path: string, records: readonly CsvRecord[], updated: string): Watchlist {
  const { searchKey, isEscaped, header, items } = partsOf(path, records)
  const columns = columnsOf(path, header)
  const named = searchKey ?? columns[0] ?? ''
  if (!columns.includes(named)) {
    throw malformedFile(
      { label: path, line: 1 },
      `there is no column ${JSON.stringify(named)}`,
      `name one of ${columns.join(', ')}`,
    )
  }
  const plain = isEscaped ? spreadsheetOriginal : (text: string): string => text
  const rows = items.map(({ fields, line }): RowObject => {
    if (fields.length !== columns.length) {
      throw malformedFile(
        { label: path, line },
        `${countOf(fields.length, 'cell')}, but the header has ${columns.length}`,
        'quote cells that contain commas or line breaks',
      )
    }
    const item = Object.fromEntries(columns.map((column, index) => [column, plain(fields[index] ?? '')]))
    return { _DTItemId: itemId(alias, line), LastUpdatedTimeUTC: updated, SearchKey: item[named], ...item }
  })
  const own = new Set<string>(WATCHLIST_COLUMNS.map(({ name }) => name))
  const schema = {
    name: alias,
    columns: [
      ...WATCHLIST_COLUMNS,
      ...columns.filter((name) => !own.has(name)).map((name) => ({ name, type: 'string' as const })),
    ],
  }
  return { schema, source: { name: alias, parts: [{ kind: 'rows', label: path, rows }] } }
}

interface Parts {
  readonly searchKey: string | undefined
  readonly isEscaped: boolean
  readonly header: CsvRecord
  readonly items: readonly CsvRecord[]
}

/** Options come first. A `#` that is none, before the header or in it, would make a header of the first item. */
function partsOf(path: string, records: readonly CsvRecord[]): Parts {
  const texts = records.map(({ fields }) => fields.join(','))
  const count = texts.findIndex((text) => !SEARCH_KEY.test(text) && !ESCAPED.test(text))
  const options = texts.slice(0, count === -1 ? undefined : count)
  const [header, ...items] = records.slice(options.length)
  if (header === undefined) {
    throw malformedFile({ label: path }, 'the watchlist is empty', 'begin it with a line of column names')
  }
  const isEscaped = options.some((text) => ESCAPED.test(text))
  if (header.fields[0]?.startsWith('#') === true && !isEscaped) {
    throw malformedFile(
      { label: path, line: header.line },
      'the line begins with # and is no option',
      'before the column names may stand "# searchKey: <column>"; a column whose name begins with # needs another name or place',
    )
  }
  const [searchKey] = options.flatMap((text) => SEARCH_KEY.exec(text)?.[1] ?? [])
  return { searchKey, isEscaped, header, items }
}

function columnsOf(path: string, { fields, line }: CsvRecord): readonly string[] {
  const columns = fields.map((field, index) => nameableColumn(field.trim(), index))
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice === undefined) return columns
  throw malformedFile(
    { label: path, line },
    `the column ${JSON.stringify(twice)} stands twice in the header`,
    'rename one',
  )
}

/** A GUID that stays the same as long as the item keeps its line. */
function itemId(alias: string, line: number): string {
  const hex = createHash('sha256').update(`${alias}/${line}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
