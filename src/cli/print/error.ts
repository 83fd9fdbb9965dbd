import { EXIT, HuntError } from '../../domain/errors.ts'
import type { ErrorRecord, ExitCode } from '../../domain/errors.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Diagnostic, Span } from '../../domain/diagnostic.ts'
import { renderText } from '../../rules/render/text.ts'
import { wrapped } from './words.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'

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
export function errorLines(error: PrintableError, terminal: Terminal): readonly string[] {
  const { code, message, hint, span, sourceLine } = error
  const { styles } = terminal
  if (span !== undefined) {
    const rest = { ...(hint === undefined ? {} : { hint }), ...(sourceLine === undefined ? {} : { sourceLine }) }
    return diagnosticLines([{ code, severity: 'error', message, span, ...rest }], terminal)
  }
  const head = `${styles.red(styles.bold('error'))}: ${terminalSafe(message)} ${styles.dim(`[${code}]`)}`
  const hintLine = hint === undefined ? [] : [`  ${styles.dim('hint:')} ${terminalSafe(hint)}`]
  return [head, ...hintLine].flatMap((line) => wrapped(line, terminal))
}

/** The error of a rule's run, with the line of the rule file that it is about; for a bug of ours, what a report needs. */
export function runErrorLines(
  error: ErrorRecord,
  { id, name, source }: Rule,
  { terminal, version }: { readonly terminal: Terminal; readonly version: string },
): readonly string[] {
  const { span } = error
  if (span === undefined) {
    const message = error.message.includes(name) ? error.message : `${name}: ${error.message}`
    const isBug = error.exitCode === EXIT.internal
    return [...errorLines({ ...error, message }, terminal), ...(isBug ? [placeOfBug(version, [`rule ${id}`])] : [])]
  }
  const sourceLine = span.file === source.file ? source.line(span.line) : undefined
  return errorLines({ ...error, sourceLine }, terminal)
}

/** Diagnostics as `hunt validate` shows them. */
export function diagnosticLines(diagnostics: readonly Diagnostic[], { styles, width }: Terminal): readonly string[] {
  if (diagnostics.length === 0) return []
  const colours = { error: styles.red, warning: styles.yellow, info: styles.blue }
  const text = renderText(diagnostics, {
    paint: {
      severity: (severity, word) => styles.bold(colours[severity](word)),
      place: styles.bold,
      mark: styles.red,
      dim: styles.dim,
    },
    ...(width === undefined ? {} : { width }),
  })
  return text.trimEnd().split('\n')
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
  facts: { readonly version: string; readonly terminal: Terminal },
): { readonly lines: readonly string[]; readonly exitCode: ExitCode } {
  const { terminal } = facts
  if (failure instanceof HuntError && failure.exitCode !== EXIT.internal) {
    const diagnostics = hasDiagnostics(failure) ? failure.diagnostics : []
    const lines = [...diagnosticLines(diagnostics, terminal), ...errorLines(failure, terminal)]
    return { lines, exitCode: failure.exitCode }
  }
  return { lines: bugLines(failure, facts), exitCode: EXIT.internal }
}

/** A bug of ours: everything that a report needs, and the request to send one. */
function bugLines(
  failure: unknown,
  { version, terminal }: { readonly version: string; readonly terminal: Terminal },
): readonly string[] {
  const error = failure instanceof Error ? failure : new Error(String(failure))
  const known = failure instanceof HuntError ? failure : undefined
  const context = Object.entries(known?.context ?? {}).map(([key, value]) => `${key} ${value}`)
  const stack = (error.stack ?? '').split('\n').slice(1)
  return [
    ...errorLines(
      {
        code: known?.code ?? 'internal/unexpected',
        message: error.message,
        hint: known?.hint ?? 'this is a bug of hunt, not yours: please report it with the lines below',
        span: known?.span,
      },
      terminal,
    ),
    placeOfBug(version, context),
    ...stack.map((line) => terminal.styles.dim(terminalSafe(line))),
  ]
}

function placeOfBug(version: string, context: readonly string[]): string {
  const facts = [`hunt ${version}`, `Node.js ${process.version}`, process.platform, ...context]
  return `  in: ${terminalSafe(facts.join(', '))}`
}
