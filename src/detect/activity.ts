import type { Column, Row } from '../domain/kusto.ts'
import type { Instant, Window } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'

/**
 * Columns that say when something happened, best first: workspace tables, advanced hunting and older rules, and the
 * names under which summaries keep start and end.
 */
const TIME_COLUMNS: readonly (readonly string[])[] = [
  ['TimeGenerated'],
  ['Timestamp'],
  ['timestamp'],
  ['StartTime', 'EndTime'],
  ['StartTimeUtc', 'EndTimeUtc'],
  ['min_TimeGenerated', 'max_TimeGenerated'],
]

/** From the earliest to the latest time of the rows added; the window where no row has one. */
export function activityCollector(
  columns: readonly Column[],
  window: Window,
): { add(row: Row): void; activity(): { readonly first: Instant; readonly last: Instant } } {
  const positions = timePositions(columns)
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  return {
    add(row) {
      for (const position of positions) {
        const cell = row[position]
        const time = typeof cell === 'string' ? Date.parse(cell) : Number.NaN
        if (Number.isNaN(time)) continue
        first = Math.min(first, time)
        last = Math.max(last, time)
      }
    },
    activity() {
      if (first > last) return { first: window.start, last: window.end }
      return { first: instantFromMillis(first), last: instantFromMillis(last) }
    },
  }
}

function timePositions(columns: readonly Column[]): readonly number[] {
  const positionsOf = (names: readonly string[]): readonly number[] =>
    columns.flatMap(({ name, type }, index) => (names.includes(name) && type === 'datetime' ? [index] : []))
  return TIME_COLUMNS.map(positionsOf).find((positions) => positions.length > 0) ?? []
}
