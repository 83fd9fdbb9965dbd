import { stringify } from 'csv-stringify/sync'
import type { Cell } from '../domain/kusto.ts'
import { cellText } from './cell-text.ts'
import { spreadsheetSafe } from './spreadsheet.ts'

/**
 * What csv-stringify leaves bare under CRLF rows although readers act on it: a lone line break would begin a row, and
 * perhaps a formula; at `;` and tab LibreOffice splits as well.
 */
export const ALSO_QUOTED = /[;\t\r\n]/

/**
 * Rows as CSV (RFC 4180: commas, CRLF, UTF-8 without byte order mark). Text that a spreadsheet would evaluate is
 * escaped by spreadsheetSafe; numbers and booleans stay as they are. Null and the empty string are both an empty field:
 * the JSON file tells them apart.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(fieldText))
  return stringify(texts, {
    record_delimiter: '\r\n',
    quoted_match: ALSO_QUOTED,
    // A row of one empty field would be an empty line, which readers skip.
    quoted_empty: rows.every((row) => row.length === 1),
  })
}

/** A cell as the text of its field, before it is quoted. */
export function fieldText(cell: Cell): string {
  return typeof cell === 'string' ? spreadsheetSafe(cell) : cellText(cell)
}
