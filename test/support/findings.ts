import { findingsOf, judgeFindings } from '../../src/detect/findings.ts'
import type { UnjudgedFinding } from '../../src/detect/findings.ts'
import type { AnswerTable } from '../../src/domain/kusto.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Finding } from '../../src/domain/run.ts'

/** The findings of a result that no earlier run knows. */
export function newFindings(rule: Rule, table: AnswerTable, workspace = 'local'): readonly Finding[] {
  return [...judgeFindings(findingsOf(rule, workspace, table), () => new Map()).findings]
}

/** findingsOf, all in memory. */
export function findingsIn(
  rule: Rule,
  workspace: string,
  table: AnswerTable,
): Omit<ReturnType<typeof findingsOf>, 'findings'> & { readonly findings: readonly UnjudgedFinding[] } {
  const found = findingsOf(rule, workspace, table)
  return { ...found, findings: [...found.findings] }
}
