import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const kqlSyntax: QueryCheck = {
  id: 'kql-syntax',
  stage: 'query',
  summary: 'The query is valid KQL.',
  why: 'The service answers a query that it cannot parse with an error, and the rule finds nothing, run after run.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: AzureActivity | where (Caller == "x"' },
  passes: { keys: 'query: AzureActivity | where Caller == "x"' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => code === 'kql-syntax'),
}
