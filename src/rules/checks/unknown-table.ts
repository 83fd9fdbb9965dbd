import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownTable: QueryCheck = {
  id: 'unknown-table',
  stage: 'query',
  summary: 'Tables are in the schema catalogue, in this spelling.',
  why: 'Table names are case-sensitive in Log Analytics. Custom tables of a workspace are not in our catalogue, so this need not be a fault.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivities | take 10\nentityMappings: []' },
  passes: { keys: 'query: AzureActivity | take 10' },
  run: ({ document }, query) => boundProblems(query, document.query?.text ?? '', (code) => code === 'unknown-table'),
}
