import wrapAnsi from 'wrap-ansi'
import type { Cell, ResultTable } from '../../domain/kusto.ts'
import { elide, terminalSafe, widthOf } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { layOutTable } from './table.ts'
import { countOf } from './words.ts'

/** Narrower columns would show nothing but beginnings. */
const LEAST_WIDTH = 10

const NUMERIC = new Set(['int', 'long', 'real', 'decimal'])

/**
 * The lines that show a query result to a person: a table while its columns stay readable in the given width, else one
 * record after another with a line a column. Cells are log data, so every control character becomes visible text.
 */
export function resultLines(table: ResultTable, terminal: Terminal): readonly string[] {
  if (table.columns.length === 0) return []
  const columns = table.columns.map((column) => ({
    title: terminalSafe(column.name),
    align: NUMERIC.has(column.type) ? ('right' as const) : ('left' as const),
    least: Math.max(LEAST_WIDTH, Math.min(widthOf(column.name), 20)),
  }))
  const rows = table.rows.map((row) => row.map((cell) => shownCell(cell, terminal)))
  return layOutTable(columns, rows, terminal.width, terminal.styles.bold) ?? recordLines(table, terminal)
}

function shownCell(cell: Cell, { styles }: Terminal): { text: string; paint?: (text: string) => string } {
  return cell === null ? { text: 'null', paint: styles.dim } : { text: terminalSafe(String(cell)) }
}

/** Logs have many columns and most of them are empty: those are left out, which the heading says. */
function recordLines({ columns, rows }: ResultTable, terminal: Terminal): readonly string[] {
  const { styles, width = 80 } = terminal
  const isEmpty = (cell: Cell): boolean => cell === null || cell === ''
  const shown = rows.map((row) =>
    columns.flatMap((column, index) => {
      const cell = row[index] ?? null
      return isEmpty(cell) ? [] : [{ name: terminalSafe(column.name), cell }]
    }),
  )
  const longest = Math.max(0, ...shown.flat().map(({ name }) => widthOf(name)))
  const label = Math.min(longest, Math.floor(width / 2))
  return shown.flatMap((fields, index) => {
    const empty = columns.length - fields.length
    const title = `row ${index + 1}${empty === 0 ? '' : `, ${countOf(empty, 'empty column')} left out`}`
    return [
      styles.bold(`── ${title} ${'─'.repeat(Math.max(0, Math.min(width, 60) - title.length - 4))}`),
      ...fields.flatMap(({ name, cell }) => fieldLines(name, cell, { label, width, terminal })),
    ]
  })
}

function fieldLines(
  name: string,
  cell: Cell,
  { label, width, terminal }: { label: number; width: number; terminal: Terminal },
): readonly string[] {
  const { text } = shownCell(cell, terminal)
  const wrapped = wrapAnsi(text, Math.max(10, width - label - 2), { hard: true, trim: false }).split('\n')
  return wrapped.map((part, index) => {
    const head = index === 0 ? elide(name, label) : ''
    return `${terminal.styles.dim(head.padEnd(label))}  ${part}`.trimEnd()
  })
}
