import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Cell, Column, ResultTable } from '../../domain/kusto.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { layOutTable } from './table.ts'

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
    least: Math.max(LEAST_WIDTH, Math.min(stringWidth(column.name), 20)),
  }))
  const rows = table.rows.map((row) => row.map((cell) => shownCell(cell, terminal)))
  return layOutTable(columns, rows, terminal.width, terminal.styles.bold) ?? recordLines(table, terminal)
}

function shownCell(cell: Cell, { styles }: Terminal): { text: string; paint?: (text: string) => string } {
  return cell === null ? { text: 'null', paint: styles.dim } : { text: terminalSafe(String(cell)) }
}

function recordLines({ columns, rows }: ResultTable, terminal: Terminal): readonly string[] {
  const width = terminal.width ?? 80
  const names = columns.map((column) => terminalSafe(column.name))
  const label = Math.min(Math.max(...names.map((name) => stringWidth(name))), Math.floor(width / 3))
  return rows.flatMap((row, index) => [
    terminal.styles.bold(
      `── row ${index + 1} ${'─'.repeat(Math.max(0, Math.min(width, 60) - String(index + 1).length - 8))}`,
    ),
    ...columns.flatMap((column, at) => fieldLines(column, row[at] ?? null, { label, width, terminal })),
  ])
}

function fieldLines(
  column: Column,
  cell: Cell,
  { label, width, terminal }: { label: number; width: number; terminal: Terminal },
): readonly string[] {
  const { text, paint } = shownCell(cell, terminal)
  const wrapped = wrapAnsi(text, Math.max(10, width - label - 2), { hard: true, trim: false }).split('\n')
  const name = terminalSafe(column.name)
  return wrapped.map((part, index) => {
    const head = index === 0 ? name : ''
    return `${terminal.styles.dim(head.padEnd(label))}  ${paint === undefined ? part : paint(part)}`.trimEnd()
  })
}
