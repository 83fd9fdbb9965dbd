import { stringify } from 'csv-stringify/sync'
import type { Cell } from '../domain/kusto.ts'
import { cellText } from './cell-text.ts'
import { spreadsheetSafe } from './spreadsheet.ts'

/**
 * Rows as CSV (RFC 4180: commas, CRLF, UTF-8 without byte order mark). Text that a spreadsheet would evaluate is
 * escaped by spreadsheetSafe; numbers and booleans stay as they are. Null and the empty string are both an empty field:
 * the JSON file tells them apart. Cells with a semicolon or a tab are quoted, because LibreOffice splits at these too, and
 * cells with any line break, also a lone one: given a record delimiter, csv-stringify 6.9 quotes only for that very one.
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(csvCell)),
    { record_delimiter: '\r\n', quoted_match: /[;\t\r\n]/ },
  )
}

function csvCell(cell: Cell): string {
  return typeof cell === 'string' ? spreadsheetSafe(cell) : cellText(cell)
}
