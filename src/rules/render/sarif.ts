import type { Diagnostic, DiagnosticSeverity } from '../../domain/diagnostic.ts'
import { CHECKS } from '../checks/index.ts'

export interface SarifOptions {
  /** Of hunt. */
  readonly version: string
}

const LEVELS: Readonly<Record<DiagnosticSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/**
 * Diagnostics as SARIF 2.1.0, which GitHub and Azure DevOps show beside the lines of a pull request. Columns count UTF-16
 * units, as ours do. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(diagnostics: readonly Diagnostic[], { version }: SarifOptions): string {
  const rules = rulesFor(diagnostics)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'hunt', version, rules } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, indexes.get(diagnostic.code) ?? -1)),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

interface SarifRule {
  readonly id: string
  readonly shortDescription?: { readonly text: string }
  readonly fullDescription?: { readonly text: string }
  readonly defaultConfiguration?: { readonly level: string }
}

/** All checks, and whatever other code a diagnostic has. */
function rulesFor(diagnostics: readonly Diagnostic[]): readonly SarifRule[] {
  const known = CHECKS.map(({ id, summary, why, severity }) => ({
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    defaultConfiguration: { level: LEVELS[severity.strict] },
  }))
  const ids = new Set(known.map(({ id }) => id))
  const others = new Set(diagnostics.map(({ code }) => code).filter((code) => !ids.has(code)))
  return [...known, ...[...others].map((id) => ({ id }))]
}

function resultOf({ code, severity, message, hint, span, sourceLine }: Diagnostic, ruleIndex: number) {
  const { line, column, length } = span
  const region = {
    startLine: line,
    startColumn: column,
    endColumn: column + length,
    ...(sourceLine === undefined ? {} : { snippet: { text: sourceLine } }),
  }
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message} (hint: ${hint})` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(span.file) }, region } }],
  }
}

/** A path as a URI reference: `Hunting Queries/a#b.yaml` must not end at the `#`. */
function uriOf(file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/')
  if (file.startsWith('/')) return `file://${path}`
  return /^[A-Za-z]:\//.test(file) ? `file:///${path.replace('%3A', ':')}` : path
}
