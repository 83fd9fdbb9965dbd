import type { Diagnostic, DiagnosticSeverity, Span } from '../domain/diagnostic.ts'
import type { Check, Mode } from './checks/check.ts'
import type { Problem } from './problem.ts'

/** The diagnostic that a check gives in a mode. `line` yields the source line of the span; undefined without a text. */
export function diagnose(
  check: Check,
  mode: Mode,
  span: Span,
  { message, hint, isDoubtful }: Omit<Problem, 'at'>,
  line: ((number: number) => string) | undefined,
): Diagnostic {
  return {
    code: check.id,
    severity: mode === 'lenient' && isDoubtful === true ? atMostWarning(check.severity.lenient) : check.severity[mode],
    message,
    ...(hint === undefined ? {} : { hint }),
    span,
    ...(line === undefined ? {} : { sourceLine: line(span.line) }),
  }
}

export function atMostWarning(severity: DiagnosticSeverity): DiagnosticSeverity {
  return severity === 'error' ? 'warning' : severity
}

/** By file, line, column, code. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...diagnostics].sort((a, b) => {
    const byPlace = compareText(a.span.file, b.span.file) || a.span.line - b.span.line || a.span.column - b.span.column
    return byPlace || compareText(a.code, b.code) || compareText(a.message, b.message)
  })
}

export function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
