import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownFunction: QueryCheck = {
  id: 'unknown-function',
  stage: 'query',
  summary: 'Functions are built into KQL or in the schema catalogue.',
  why: 'Functions saved in a workspace are not in our catalogue, so this need not be a fault; a typing error is more common.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivity | where isnotemtpy(Caller)' },
  passes: { keys: 'query: AzureActivity | where isnotempty(Caller)' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => code === 'unknown-function'),
}
