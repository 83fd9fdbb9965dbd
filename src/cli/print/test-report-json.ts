import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { QueryTrace, RuleTestResult } from '../../rule-tests/index.ts'
import { cellJson } from '../../text/cell-json.ts'

/** Raised when a member goes or changes its meaning. */
const SCHEMA_VERSION = 1

/** What `hunt test --json` prints. */
export function testReportJson(results: readonly RuleTestResult[], diagnostics: readonly Diagnostic[]): string {
  const failed = results.filter(({ differences }) => differences.length > 0).length
  const document = {
    schemaVersion: SCHEMA_VERSION,
    summary: { tests: results.length, passed: results.length - failed, failed, mistakes: diagnostics.length },
    tests: results.map(testJson),
    diagnostics,
  }
  return JSON.stringify(document, undefined, 2)
}

function testJson({ test, rule, outcome, differences, trace }: RuleTestResult): unknown {
  return {
    file: test.span.file,
    line: test.span.line,
    name: test.name,
    ruleId: rule.id,
    ruleName: rule.name,
    passed: differences.length === 0,
    status: outcome.status,
    error: outcome.error ?? null,
    warnings: outcome.warnings,
    differences,
    sql: trace?.sql ?? null,
    steps: trace?.steps.map(stepJson) ?? null,
  }
}

/** What an operator gave: how many rows, and the first of them. */
export function stepJson({ operator, table: { columns, rows }, rowCount }: QueryTrace['steps'][number]): unknown {
  return {
    operator,
    rowCount,
    columns,
    rows: rows.map((row) =>
      row.map((cell, index) => JSON.parse(cellJson(cell, columns[index]?.type ?? 'string')) as unknown),
    ),
  }
}
