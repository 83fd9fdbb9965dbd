import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownColumn: QueryCheck = {
  id: 'unknown-column',
  stage: 'query',
  summary: 'Columns exist where the query uses them.',
  why: 'The service refuses a query with an unknown column.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivity | where CallerIP == "192.0.2.1"' },
  passes: { keys: 'query: AzureActivity | where CallerIpAddress == "192.0.2.1"' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => code === 'unknown-column'),
}
