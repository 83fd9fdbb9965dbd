import type { PulledSchema, PulledWatchlist } from '../extract/index.ts'
import { joinUnder } from '../files/join-under.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { cellText } from '../text/cell-text.ts'
import { csvLines } from '../text/csv.ts'

/** Tells the reader of the watchlist that cells are written as spreadsheetSafe writes them. */
const WATCHLIST_OPTIONS = '# escaped: spreadsheet'

/**
 * Writes what was pulled in the forms that schemas/README.md describes. What the workspace no longer has stays: nothing
 * tells a table that is gone from one that has had no data for a month.
 *
 * @throws IncompleteError `files/unwritable`, and for a name from the workspace that would leave the folder
 */
export async function writeSchemaFolder(folder: string, pulled: PulledSchema): Promise<void> {
  const tables = pulled.tables.map(({ name, columns }) => `  ${JSON.stringify({ name, columns })}`)
  await writeAtomically(await joinUnder(folder, 'tables.json'), `[\n${tables.join(',\n')}\n]\n`)
  for (const { name, parameters, body } of pulled.functions) {
    const head = parameters === '' ? '' : `// parameters: ${parameters.replace(/\s+/g, ' ')}\n`
    await writeAtomically(await joinUnder(folder, 'functions', `${name}.kql`), `${head}${body ?? ''}\n`)
  }
  for (const list of pulled.watchlists) await writeWatchlist(folder, list)
}

/** Below `watchlists/` of a folder, where a data folder has its own. */
export async function writeWatchlist(folder: string, { alias, table }: PulledWatchlist): Promise<void> {
  const rows = table.rows.map((row) => row.map(cellText))
  const text = csvLines([table.columns.map(({ name }) => name), ...rows])
  await writeAtomically(await joinUnder(folder, 'watchlists', `${alias}.csv`), `${WATCHLIST_OPTIONS}\r\n${text}`)
}
