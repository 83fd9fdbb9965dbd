import type { Cell } from '../domain/kusto.ts'
import { cellText } from './cell-text.ts'
import { spreadsheetSafe } from './spreadsheet.ts'

/** RFC 4180's own, a lone line break too, and the two at which LibreOffice splits as well. */
const NEEDS_QUOTES = /[",;\t\r\n]/

/**
 * Rows as CSV (RFC 4180: commas, CRLF, UTF-8 without byte order mark). Text that a spreadsheet would evaluate is
 * escaped by spreadsheetSafe; numbers and booleans stay as they are. Null and the empty string are both an empty field:
 * the JSON file tells them apart.
 *
 * Not csv-stringify: 6.9 takes four times as long (`npm run bench -- --only export`), and told to end rows with CRLF it
 * leaves a cell with a lone line feed unquoted, so that the cell begins a row and perhaps a formula.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${lineOf(row)}\r\n`).join('')
}

function lineOf(row: readonly Cell[]): string {
  const line = row.map(field).join(',')
  // A row of one empty field would be an empty line, which readers skip.
  return line === '' && row.length > 0 ? '""' : line
}

function field(cell: Cell): string {
  const text = typeof cell === 'string' ? spreadsheetSafe(cell) : cellText(cell)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
