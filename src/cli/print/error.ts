import { EXIT, HuntError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Diagnostic, Span } from '../../domain/diagnostic.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Styles } from '../terminal.ts'

/** What of an error is printed; HuntError and ErrorRecord both have it. */
export interface PrintableError {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly span?: Span | undefined
  readonly sourceLine?: string | undefined
}

/**
 * `place: error: message [code]`, the source line with a caret where there is one, the hint:
 *
 *     queries/rare.yaml:31:28: error: AzureActivity has no column "CallerIP" [kql/unknown-column]
 *        31 |     | summarize count() by CallerIP
 *           |                            ^~~~~~~~
 *       hint: did you mean "CallerIpAddress"?
 */
export function errorLines(error: PrintableError, styles: Styles): readonly string[] {
  const { span } = error
  const place = span === undefined ? '' : styles.bold(`${terminalSafe(span.file)}:${span.line}:${span.column}: `)
  const head = `${place}${styles.red(styles.bold('error'))}: ${terminalSafe(error.message)} ${styles.dim(`[${error.code}]`)}`
  const hint = error.hint === undefined ? [] : [`  ${styles.cyan('hint')}: ${terminalSafe(error.hint)}`]
  return [head, ...excerpt(error.sourceLine, span, styles), ...hint]
}

function excerpt(sourceLine: string | undefined, span: Span | undefined, styles: Styles): readonly string[] {
  if (sourceLine === undefined || span === undefined) return []
  const number = String(span.line).padStart(5)
  // Characters that are escaped or doubled by printing would push the caret away: both lines go the same way.
  const before = terminalSafe(sourceLine.slice(0, span.column - 1))
  const marked = terminalSafe(sourceLine.slice(span.column - 1, span.column - 1 + Math.max(1, span.length)))
  const rest = terminalSafe(sourceLine.slice(span.column - 1 + Math.max(1, span.length)))
  const caret = `^${'~'.repeat(Math.max(0, marked.length - 1))}`
  return [
    `${styles.dim(`${number} |`)} ${before}${marked}${rest}`,
    `${styles.dim('      |')} ${' '.repeat(before.length)}${styles.red(caret)}`,
  ]
}

/** Errors that carry diagnostics about a user's file, such as hunt.yaml's. */
interface WithDiagnostics extends HuntError {
  readonly diagnostics: readonly Diagnostic[]
}

function hasDiagnostics(error: HuntError): error is WithDiagnostics {
  return 'diagnostics' in error && Array.isArray(error.diagnostics)
}

/** What a failure looks like on stderr, and the exit code that goes with it. */
export function describeFailure(
  failure: unknown,
  facts: { readonly version: string; readonly styles: Styles },
): { readonly lines: readonly string[]; readonly exitCode: ExitCode } {
  const { styles } = facts
  if (failure instanceof HuntError && failure.exitCode !== EXIT.internal) {
    const diagnostics = hasDiagnostics(failure) ? failure.diagnostics : []
    const lines = [...diagnostics.flatMap((each) => errorLines(each, styles)), ...errorLines(failure, styles)]
    return { lines, exitCode: failure.exitCode }
  }
  return { lines: bugLines(failure, facts), exitCode: EXIT.internal }
}

/** A bug of ours: everything that a report needs, and the request to send one. */
function bugLines(
  failure: unknown,
  { version, styles }: { readonly version: string; readonly styles: Styles },
): readonly string[] {
  const error = failure instanceof Error ? failure : new Error(String(failure))
  const known = failure instanceof HuntError ? failure : undefined
  const context = Object.entries(known?.context ?? {}).map(([key, value]) => `${key} ${value}`)
  const where = [`hunt ${version}`, `Node.js ${process.version}`, process.platform, ...context].join(', ')
  const stack = (error.stack ?? '').split('\n').slice(1)
  return [
    ...errorLines(
      {
        code: known?.code ?? 'internal/unexpected',
        message: error.message,
        hint: known?.hint ?? 'this is a bug of hunt, not yours: please report it with the lines below',
        span: known?.span,
      },
      styles,
    ),
    `  in: ${terminalSafe(where)}`,
    ...stack.map((line) => styles.dim(terminalSafe(line))),
  ]
}
