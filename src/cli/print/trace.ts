import type { QueryTrace } from '../../rule-tests/index.ts'
import type { ResultTable } from '../../domain/kusto.ts'
import { elide, terminalSafe, terminalSafeLines, widthOf } from '../../text/terminal.ts'
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
  const sample = rows.slice(0, MOST_ROWS)
  // Columns that say nothing in these rows would only push out those that do.
  const telling = columns.flatMap(({ name }, index) => {
    const texts = sample.map((row) => shortText(String(row[index] ?? '')))
    return texts.some((text) => text !== '') ? [{ title: shortText(name), texts }] : []
  })
  let used = INDENT.length
  const tooMany = telling.findIndex(({ title, texts }) => {
    used += Math.max(widthOf(title), ...texts.map((text) => widthOf(text))) + 2
    return used > width
  })
  const shown = tooMany < 0 ? telling : telling.slice(0, Math.max(1, tooMany))
  const table = layOutTable(
    shown.map(({ title }) => ({ title })),
    sample.map((_, index) => shown.map(({ texts }) => ({ text: texts[index] ?? '' }))),
    undefined,
    styles.dim,
  )
  const hidden = columns.length - shown.length
  return [...(table ?? []), ...(hidden > 0 ? [styles.dim(`and ${countOf(hidden, 'more column')}`)] : [])]
}

function shortText(text: string): string {
  return elide(terminalSafe(text), WIDEST_CELL)
}
