import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

/** Codes that have a check of their own. */
const ELSEWHERE = new Set(['kql-syntax', 'unknown-table', 'unknown-column', 'unknown-function', 'type-mismatch'])

export const kqlSemantic: QueryCheck = {
  id: 'kql-semantic',
  stage: 'query',
  summary: 'The Kusto language service has nothing else against the query.',
  why: 'What the language service reports as an error the service will refuse.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivity | where strlen(Caller, 1, 2) > 3' },
  passes: { keys: 'query: AzureActivity | where strlen(Caller) > 3' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => !ELSEWHERE.has(code)),
}
