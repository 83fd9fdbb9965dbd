import { findingsOf, judgeFindings } from '../../src/detect/findings.ts'
import type { ResultTable } from '../../src/domain/kusto.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Finding } from '../../src/domain/run.ts'

/** The findings of a result that no earlier run knows. */
export function newFindings(rule: Rule, table: ResultTable, workspace = 'local'): readonly Finding[] {
  return judgeFindings(findingsOf(rule, workspace, table).findings, new Map())
}
