import type { Diagnostic } from '../../domain/diagnostic.ts'
import { summarize } from './summary.ts'

/** Raised when a field goes or changes its meaning. */
const SCHEMA_VERSION = 1

/** Diagnostics for programs: one JSON document with a line end. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const document = {
    schemaVersion: SCHEMA_VERSION,
    summary: summarize(diagnostics),
    diagnostics: diagnostics.map(({ code, severity, message, hint, span, sourceLine }) => ({
      code,
      severity,
      message,
      hint: hint ?? null,
      file: span.file,
      line: span.line,
      column: span.column,
      length: span.length,
      sourceLine: sourceLine ?? null,
    })),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}
