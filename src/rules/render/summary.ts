import type { Diagnostic } from '../../domain/diagnostic.ts'
import { countOf } from '../../text/count.ts'

export interface DiagnosticSummary {
  readonly errors: number
  readonly warnings: number
  readonly infos: number
  /** Files with at least one diagnostic. */
  readonly files: number
}

export function summarize(diagnostics: readonly Diagnostic[]): DiagnosticSummary {
  const count = (severity: Diagnostic['severity']): number => diagnostics.filter((d) => d.severity === severity).length
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    files: new Set(diagnostics.map(({ span }) => span.file)).size,
  }
}

/** `12 rules, 1 error and 3 warnings in 2 files`. */
export function summaryLine(ruleCount: number, diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings, infos, files } = summarize(diagnostics)
  const rules = countOf(ruleCount, 'rule')
  const parts = [
    ...(errors > 0 ? [countOf(errors, 'error')] : []),
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
    ...(infos > 0 ? [countOf(infos, 'note')] : []),
  ]
  if (parts.length === 0) return `${rules}, nothing to complain about`
  const last = parts.pop() ?? ''
  return `${rules}, ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`} in ${countOf(files, 'file')}`
}
