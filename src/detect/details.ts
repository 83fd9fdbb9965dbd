import type { Column, Row } from '../domain/kusto.ts'
import { cellText } from '../text/cell-text.ts'
import type { Remarks } from './remarks.ts'

/** shared/reference/azure-contract.md B5. */
const MAX_VALUES = 50

/**
 * The vendor's pages disagree, 2 KB for custom details or 64 KB with alert details (contract B5): we cut at the larger,
 * which loses less.
 */
const MAX_BYTES = 64 * 1024

/**
 * The custom details of an alert: for each key the different non-empty values of its column over the alert's rows, in
 * their order. What goes beyond the limits is noted; the files of the run have every row.
 */
export function customDetailsOf(
  details: Readonly<Record<string, string>>,
  columns: readonly Column[],
  rows: readonly Row[],
  remarks: Remarks,
): Readonly<Record<string, readonly string[]>> {
  let bytes = 0
  const result: [string, readonly string[]][] = []
  for (const [key, columnName] of Object.entries(details)) {
    const position = columns.findIndex((column) => column.name === columnName)
    if (position < 0) {
      remarks.warn(`custom detail ${key}: the result has no column "${columnName}"`)
      continue
    }
    const all = new Set(rows.map((row) => cellText(row[position] ?? null)).filter((text) => text !== ''))
    const kept: string[] = []
    for (const value of all) {
      const size = Buffer.byteLength(value)
      if (kept.length === MAX_VALUES || bytes + size > MAX_BYTES) break
      kept.push(value)
      bytes += size
    }
    if (kept.length < all.size)
      remarks.note(`custom detail ${key}: an alert keeps ${kept.length} of ${all.size} values; the files have all`)
    result.push([key, kept])
  }
  return Object.fromEntries(result)
}
