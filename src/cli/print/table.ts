import { elide, elideMiddle, widthOf } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Least width to which the column may be cut; absent means never. */
  readonly least?: number
  /** Where it is cut; absent means at its end. */
  readonly cut?: 'middle'
}

/** A cell: its text, and how to colour it once it is laid out. */
export interface TableCell {
  readonly text: string
  readonly paint?: (text: string) => string
}

const GAP = '  '

/**
 * Lines of a table without borders, so that cells can be copied: header, rule, rows. Cells must be single lines and safe
 * to print. When `width` is too small, the widest columns that allow it are cut first; undefined when even that is not
 * enough. No width means no limit.
 */
export function layOutTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  width: number | undefined,
  paintHeader: (text: string) => string = (text) => text,
): readonly string[] | undefined {
  const natural = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index]?.text ?? '')), widthOf(column.title)),
  )
  const widths = fit(columns, natural, width)
  if (widths === undefined) return undefined
  const header = columns.map((column) => ({ text: column.title, paint: paintHeader }))
  const rule = widths.map((each) => paintHeader('─'.repeat(each))).join(GAP)
  const lineOf = (cells: readonly TableCell[]): string =>
    columns
      .map((column, index) => layOutCell(cells[index] ?? { text: '' }, column, widths[index] ?? 0))
      .join(GAP)
      .trimEnd()
  return [lineOf(header), rule, ...rows.map(lineOf)]
}

function layOutCell(cell: TableCell, column: TableColumn, width: number): string {
  const text = (column.cut === 'middle' ? elideMiddle : elide)(cell.text, width)
  const padding = ' '.repeat(Math.max(0, width - widthOf(text)))
  const painted = cell.paint === undefined ? text : cell.paint(text)
  return column.align === 'right' ? padding + painted : painted + padding
}

/**
 * The table as a terminal takes it, in the first of the variants that can be cut to its width: each lists the columns that it goes
 * without. When none can, lines wider than the terminal are left to it, rather than a table of which nothing can be read.
 */
export function fitTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  { width, styles }: Terminal,
  variants: readonly (readonly string[])[] = [[]],
): readonly string[] {
  for (const without of variants) {
    const kept = columns.flatMap(({ title }, index) => (without.includes(title) ? [] : [index]))
    const pick = <Each>(each: readonly Each[]): readonly Each[] => each.filter((_, index) => kept.includes(index))
    const lines = layOutTable(pick(columns), rows.map(pick), width, styles.dim)
    if (lines !== undefined) return lines
  }
  return layOutTable(columns, rows, undefined, styles.dim) ?? []
}

/** Takes one cell after another from the widest column that may still give. */
function fit(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number | undefined,
): readonly number[] | undefined {
  const widths = [...natural]
  if (width === undefined) return widths
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1))
  for (let excess = total() - width; excess > 0; excess -= 1) {
    let widest = -1
    columns.forEach((column, index) => {
      const least = column.least ?? Number.POSITIVE_INFINITY
      const mayGive = (widths[index] ?? 0) > least
      if (mayGive && (widest < 0 || (widths[index] ?? 0) > (widths[widest] ?? 0))) widest = index
    })
    if (widest < 0) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
