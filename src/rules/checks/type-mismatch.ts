import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const typeMismatch: QueryCheck = {
  id: 'type-mismatch',
  stage: 'query',
  summary: 'Operators and functions get values of a type that they take.',
  why: 'The service refuses such a query, or the comparison never holds.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivity | where Caller > 3' },
  passes: { keys: 'query: AzureActivity | where TimeGenerated > ago(1h)' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => code === 'type-mismatch'),
}
