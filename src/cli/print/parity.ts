import type { Column, Row } from '../../domain/kusto.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Window } from '../../domain/time.ts'
import type { ColumnDifference, ParityReport } from '../../extract/index.ts'
import { cellJson } from '../../text/cell-json.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import { describeWindow } from '../plan-runs.ts'
import type { Terminal } from '../terminal.ts'
import { resultLines } from './result-table.ts'
import { countOf } from './words.ts'

export interface ComparedRule {
  readonly rule: Rule
  readonly workspace: string
  readonly window: Window
  /** What both read: rows of each table within the window. */
  readonly slices: readonly { readonly table: string; readonly rows: number }[]
  readonly report: ParityReport
  /** Columns of the service's answer. */
  readonly columns: readonly Column[]
}

/** Rows that are shown of each side; the JSON document has as many, and the numbers of all. */
const SHOWN = 10

export function parityJson({ rule, workspace, window, slices, report, columns }: ComparedRule): unknown {
  const rowsOf = (rows: readonly Row[]): unknown[] =>
    rows
      .slice(0, SHOWN)
      .map((row) =>
        Object.fromEntries(
          columns.map(({ name, type }, index) => [name, JSON.parse(cellJson(row[index] ?? null, type)) as unknown]),
        ),
      )
  return {
    schemaVersion: 1,
    rule: { id: rule.id, name: rule.name },
    workspace,
    window: { start: formatInstant(window.start), end: formatInstant(window.end) },
    tables: slices,
    equal: report.equal,
    rows: report.rows,
    columns: report.columns.map(({ position, service, local }) => {
      return { position, service: service ?? null, local: local ?? null }
    }),
    onlyService: { count: report.onlyService.length, first: rowsOf(report.onlyService) },
    onlyLocal: { count: report.onlyLocal.length, first: report.columns.length > 0 ? [] : rowsOf(report.onlyLocal) },
  }
}

export function parityLines(
  { rule, workspace, window, slices, report, columns }: ComparedRule,
  terminal: Terminal,
): readonly string[] {
  const { styles } = terminal
  const read = slices.map(({ table, rows }) => `${countOf(rows, 'row')} of ${table}`).join(', ')
  const head = [
    `${terminalSafe(rule.name)} in ${workspace}, ${describeWindow(window)}`,
    `Both read ${read === '' ? 'no table' : read}.`,
  ]
  if (report.equal)
    return [...head, styles.green(`Equal: ${countOf(report.rows.both, 'row')}, the same on both sides.`)]
  if (report.columns.length > 0) {
    return [...head, styles.red('The columns differ:'), ...report.columns.map(columnLine)]
  }
  return [
    ...head,
    styles.red(`The answers differ: ${countOf(report.rows.both, 'row')} on both sides.`),
    ...side('Only the service gives', report.onlyService, columns, terminal),
    ...side('Only the embedded engine gives', report.onlyLocal, columns, terminal),
  ]
}

function columnLine({ position, service, local }: ColumnDifference): string {
  const told = (column: Column | undefined): string =>
    column === undefined ? 'nothing' : `${column.name}: ${column.type}`
  return terminalSafe(
    `  column ${position + 1}: ${told(service)} on the service, ${told(local)} in the embedded engine`,
  )
}

function side(title: string, rows: readonly Row[], columns: readonly Column[], terminal: Terminal): readonly string[] {
  if (rows.length === 0) return []
  const more = rows.length > SHOWN ? `, the first ${SHOWN} of them` : ''
  return [
    '',
    `${title} ${countOf(rows.length, 'row')}${more}:`,
    ...resultLines({ columns, rows: rows.slice(0, SHOWN) }, terminal),
  ]
}
