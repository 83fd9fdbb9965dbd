import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableSchema } from '../../domain/schema.ts'
import { spreadsheetOriginal } from '../../text/spreadsheet.ts'
import { csvRecords, type CsvRecord } from './csv-records.ts'
import { malformedFile, unreadable } from './faults.ts'
import { filesOf } from './saved-functions.ts'
import type { RowObject, TableSource } from './table-part.ts'

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

/** Aliases of the watchlists in a folder: the names of its `.csv` files. None when the folder is not there. */
export async function watchlistAliases(folder: string): Promise<readonly string[]> {
  return (await filesOf(folder, '.csv')).map((file) => file.slice(0, -'.csv'.length))
}

/**
 * A watchlist as `_GetWatchlist(alias)` returns it: every cell is a string. `SearchKey` repeats the column that a first
 * line `# searchKey: <column>` names, else the first column; a list exported from Sentinel has it already. A first line
 * `# escaped: spreadsheet` says that the cells are written as spreadsheetSafe writes them.
 *
 * @throws BackendError `local/malformed-file`, `local/unreadable`
 */
export async function readWatchlist(folder: string, alias: string): Promise<Watchlist> {
  const path = join(folder, `${alias}.csv`)
  try {
    const records: CsvRecord[] = []
    for await (const record of csvRecords(path)) if (record.fields.some((field) => field !== '')) records.push(record)
    const { mtime } = await stat(path)
    return watchlistOf(alias, path, records, mtime.toISOString())
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'BackendError' ? cause : unreadable(path, cause)
  }
}

function watchlistOf(alias: string, path: string, records: readonly CsvRecord[], updated: string): Watchlist {
  const option = records[0]?.fields[0]?.startsWith('#') === true ? records[0].fields.join(',') : undefined
  const [header, ...items] = option === undefined ? records : records.slice(1)
  if (header === undefined) {
    throw malformedFile({ label: path }, 'the watchlist is empty', 'begin it with a line of column names')
  }
  const columns = header.fields.map((field) => field.trim())
  const named = SEARCH_KEY.exec(option ?? '')?.[1] ?? columns[0] ?? ''
  if (!columns.includes(named)) {
    throw malformedFile(
      { label: path, line: 1 },
      `there is no column ${JSON.stringify(named)}`,
      `name one of ${columns.join(', ')}`,
    )
  }
  const plain = ESCAPED.test(option ?? '') ? spreadsheetOriginal : (text: string): string => text
  const rows = items.map(({ fields, line, isWhole }): RowObject => {
    if (!isWhole)
      throw malformedFile({ label: path, line }, 'a quoted cell does not end', 'double the quotes inside quoted cells')
    if (fields.length !== columns.length) {
      throw malformedFile(
        { label: path, line },
        `${fields.length} cells, but the header has ${columns.length}`,
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

/** A GUID that stays the same as long as the item keeps its line. */
function itemId(alias: string, line: number): string {
  const hex = createHash('sha256').update(`${alias}/${line}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
