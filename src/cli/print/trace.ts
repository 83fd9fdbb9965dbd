import type { QueryTrace } from '../../rule-tests/index.ts'
import stringWidth from 'string-width'
import type { ResultTable } from '../../domain/kusto.ts'
import { elide, terminalSafe, terminalSafeLines } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { layOutTable } from './table.ts'
import { countOf } from './words.ts'

/** So much of a step is shown; it is a sample to see what became of the rows, not the evidence. */
const MOST_ROWS = 3
const WIDEST_CELL = 24
const DEFAULT_WIDTH = 120
const INDENT = '    '

/** Each operator of a pipeline, how many rows it gave, and the first of them in as many columns as there is room for. */
export function stepLines(steps: QueryTrace['steps'], terminal: Terminal): readonly string[] {
  const { styles } = terminal
  return steps.flatMap(({ operator, table, rowCount }) => {
    const [first = '', ...more] = terminalSafeLines(operator.trim()).split('\n')
    const head = `  ${styles.cyan(first)}${more.length === 0 ? '' : styles.dim(' …')}`
    const sample = rowCount === 0 ? [] : sampleLines(table, terminal).map((line) => INDENT + line)
    return ['', `${head}  ${styles.dim(`→ ${countOf(rowCount, 'row')}`)}`, ...sample]
  })
}

function sampleLines({ columns, rows }: ResultTable, { styles, width = DEFAULT_WIDTH }: Terminal): readonly string[] {
  const texts = rows
    .slice(0, MOST_ROWS)
    .map((row) => row.map((cell) => shortText(cell === null ? 'null' : String(cell))))
  const titles = columns.map(({ name }) => shortText(name))
  const room = width - INDENT.length - 4
  let used = 0
  const fitting = titles.findIndex((title, index) => {
    used += Math.max(stringWidth(title), ...texts.map((row) => stringWidth(row[index] ?? ''))) + 2
    return used > room
  })
  const shown = fitting < 0 ? columns.length : Math.max(1, fitting)
  const hidden = columns.length - shown
  const laidOut = layOutTable(
    [...titles.slice(0, shown).map((title) => ({ title })), ...(hidden > 0 ? [{ title: '…' }] : [])],
    texts.map((row) => row.slice(0, shown).map((text) => ({ text }))),
    undefined,
    styles.dim,
  )
  return [
    ...(laidOut ?? []),
    ...(hidden > 0 ? [styles.dim(`and ${countOf(hidden, 'more column', 'more columns')}`)] : []),
  ]
}

function shortText(text: string): string {
  return elide(terminalSafe(text), WIDEST_CELL)
}
