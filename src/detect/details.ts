import type { Column, Row } from '../domain/kusto.ts'
import { cellText } from '../text/cell-text.ts'
import type { Remarks } from './remarks.ts'
import { countOf } from '../text/count.ts'

/** shared/reference/azure-contract.md B5. */
const MAX_VALUES = 50

/**
 * The vendor's pages disagree, 2 KB for custom details or 64 KB with alert details (contract B5): we cut at the larger,
 * which loses less.
 */
const MAX_BYTES = 64 * 1024

/** Values of a detail that are told apart; beyond it their number is only bounded, so that memory is too. */
const MOST_COUNTED = 1000

type Details = Readonly<Record<string, readonly string[]>>

interface Detail {
  readonly key: string
  readonly position: number
  readonly values: Set<string>
  /** Some values were not even counted. */
  hasMore: boolean
}

/**
 * The custom details of an alert: for each key the different non-empty values of its column over the rows added, in
 * their order. What goes beyond the limits is noted; the files of the run have every row.
 */
export function detailsCollector(
  details: Readonly<Record<string, string>>,
  columns: readonly Column[],
  remarks: Remarks,
): { add(row: Row): void; details(): Details } {
  const collected = Object.entries(details).flatMap(([key, columnName]): readonly Detail[] => {
    const position = columns.findIndex((column) => column.name === columnName)
    if (position >= 0) return [{ key, position, values: new Set(), hasMore: false }]
    remarks.warn(`custom detail ${key}: the result has no column "${columnName}"`)
    return []
  })
  return {
    add(row) {
      for (const detail of collected) {
        const text = cellText(row[detail.position] ?? null)
        if (text === '' || detail.values.has(text)) continue
        if (detail.values.size < MOST_COUNTED) detail.values.add(text)
        else detail.hasMore = true
      }
    },
    details: () => withinLimits(collected, remarks),
  }
}

function withinLimits(details: readonly Detail[], remarks: Remarks): Details {
  let bytes = 0
  return Object.fromEntries(
    details.map(({ key, values, hasMore }): readonly [string, readonly string[]] => {
      const kept: string[] = []
      for (const value of values) {
        const size = Buffer.byteLength(value)
        if (kept.length === MAX_VALUES) break
        // One long value must not keep the short ones behind it out.
        if (bytes + size > MAX_BYTES) continue
        kept.push(value)
        bytes += size
      }
      if (kept.length < values.size) {
        const all = `${hasMore ? 'more than ' : ''}${countOf(values.size, 'value')}`
        remarks.note(`custom detail ${key}: an alert keeps ${kept.length} of ${all}; the files have all`)
      }
      return [key, kept]
    }),
  )
}
