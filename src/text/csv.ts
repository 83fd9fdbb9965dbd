import type { Cell } from '../domain/kusto.ts'
import { cellText } from './cell-text.ts'
import { spreadsheetSafe } from './spreadsheet.ts'

/**
 * Quoted are commas, quotes and line breaks, of which a lone one would begin a row, and perhaps a formula; and `;` and tab, at
 * which LibreOffice splits as well.
 */
const QUOTED = /[",;\t\r\n]/

/**
 * Rows as CSV (RFC 4180: commas, CRLF, UTF-8 without byte order mark). Text that a spreadsheet would evaluate is
 * escaped by spreadsheetSafe; numbers and booleans stay as they are. Null and the empty string are both an empty field:
 * the JSON file tells them apart.
 *
 * By hand: with csv-stringify 6.9.0 the way from an answer to its file took twice as long (docs/benchmarks.md).
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  // A row of one empty field would be an empty line, which readers skip.
  const empty = rows.every((row) => row.length === 1) ? '""' : ''
  let lines = ''
  for (const row of rows) {
    let separator = ''
    for (const cell of row) {
      lines += separator + fieldOf(cell, empty)
      separator = ','
    }
    lines += '\r\n'
  }
  return lines
}

function fieldOf(cell: Cell, empty: string): string {
  const text = typeof cell === 'string' ? spreadsheetSafe(cell) : cellText(cell)
  if (text === '') return empty
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
