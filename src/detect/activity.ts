import type { Column, Row } from '../domain/kusto.ts'
import type { Instant, Window } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'

/** Columns that say when something happened, best first: workspace tables, then advanced hunting and older rules. */
const TIME_COLUMNS: readonly string[] = ['TimeGenerated', 'Timestamp', 'timestamp']

/** From the earliest to the latest time of the rows; the window where no row has one. */
export function activityOf(
  columns: readonly Column[],
  rows: readonly Row[],
  window: Window,
): { readonly first: Instant; readonly last: Instant } {
  const name = TIME_COLUMNS.find((wanted) =>
    columns.some((column) => column.name === wanted && column.type === 'datetime'),
  )
  const position = columns.findIndex((column) => column.name === name)
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const cell = row[position]
    const time = typeof cell === 'string' ? Date.parse(cell) : Number.NaN
    if (Number.isNaN(time)) continue
    first = Math.min(first, time)
    last = Math.max(last, time)
  }
  if (first > last) return { first: window.start, last: window.end }
  return { first: instantFromMillis(first), last: instantFromMillis(last) }
}
