import wrapAnsi from 'wrap-ansi'
import type { Rule } from '../../domain/rule.ts'
import type { Difference, QueryTrace, RuleTestResult } from '../../rule-tests/index.ts'
import { elide, terminalSafe, widthOf } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { runErrorLines } from './error.ts'
import { stepLines } from './trace.ts'
import { wrapped } from './words.ts'

/** Did a test pass? A line, broken where the terminal is narrow. */
export function testLines({ test, rule, differences }: RuleTestResult, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const mark = differences.length === 0 ? styles.green('pass') : styles.red('FAIL')
  return wrapped(`${mark}  ${terminalSafe(rule.name)}: ${terminalSafe(test.name)}`, terminal)
}

/** Everything about a test that differs: both sides, the SQL, and the rows after each operator. */
export function failureLines(
  result: RuleTestResult,
  facts: { readonly terminal: Terminal; readonly version: string },
): readonly string[] {
  const { terminal } = facts
  const { styles } = terminal
  const { span } = result.test
  const place = `${terminalSafe(span.file)}:${span.line}:${span.column}`
  const { outcome, trace } = result
  const warnings = outcome.warnings.map((text) => `  warning: ${terminalSafe(text)}`)
  // What differs comes last, where the eye is when the output stops.
  return [
    `${styles.bold(place)}: ${styles.bold(terminalSafe(result.test.name))}`,
    ...(trace === undefined ? [] : traceLines(trace, result.rule, terminal)),
    ...(warnings.length === 0 ? [] : ['', ...warnings]),
    ...(outcome.error === undefined ? [] : ['', ...runErrorLines(outcome.error, result.rule, facts)]),
    ...result.differences.flatMap((difference) => ['', ...sideBySide(difference, terminal)]),
  ]
}

/** `expected` and `actual` in two columns; one below the other where the terminal is too narrow for both. */
function sideBySide({ what, expected, actual }: Difference, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const width = terminal.width ?? 120
  const half = Math.floor((width - 7) / 2)
  const head = `  ${styles.bold(what)}`
  if (half < 24) {
    const listed = (title: string, lines: readonly string[]): readonly string[] => [
      `  ${title}:`,
      ...lines.map((line) => `    ${terminalSafe(line)}`),
    ]
    return [head, ...listed('expected', expected), ...listed('actual', actual)]
  }
  const cells = (lines: readonly string[]): readonly (readonly string[])[] =>
    lines.map((line) => wrapAnsi(terminalSafe(line), half, { hard: true }).split('\n'))
  const [left, right] = [cells(expected), cells(actual)]
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [a, b] = [left[index] ?? [], right[index] ?? []]
    return Array.from({ length: Math.max(a.length, b.length) }, (_line, at) => [a[at] ?? '', b[at] ?? ''] as const)
  }).flat()
  const line = (a: string, b: string): string => `  ${pad(a, half)} ${styles.dim('│')} ${b}`.trimEnd()
  return [
    head,
    line(styles.dim('expected'), styles.dim('actual')),
    ...rows.map(([a, b]) => line(styles.green(a), styles.red(b))),
  ]
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** A line of SQL may name a hundred columns. */
const LONGEST_SQL_LINE = 240

function traceLines({ steps, sql }: QueryTrace, rule: Rule, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const text = (sql ?? '').trim().split('\n')
  return [
    '',
    `  ${styles.bold('generated SQL')} ${styles.dim(`(hunt explain ${rule.id.slice(0, 8)} shows all of it)`)}`,
    ...text.map((line) => `    ${elide(terminalSafe(line), LONGEST_SQL_LINE)}`),
    '',
    `  ${styles.bold('rows after each operator')}`,
    ...stepLines(steps, terminal),
  ]
}
