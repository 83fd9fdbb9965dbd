/** A place in a text file. Lines and columns count from 1, columns in UTF-16 units; `length` may be 0. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

export type DiagnosticSeverity = 'error' | 'warning' | 'info'

/** A finding about a file that a user wrote: a value, never an exception. */
export interface Diagnostic {
  /** Stable kebab-case id of the check, for example `unknown-column`; documented in docs/checks.md. */
  readonly code: string
  readonly severity: DiagnosticSeverity
  /** What is wrong, with the value. One line. */
  readonly message: string
  /** What to do: accepted values, the nearest name. One line. */
  readonly hint?: string
  readonly span: Span
  /** The text of the line that `span` points to, for the caret display. */
  readonly sourceLine?: string
}
