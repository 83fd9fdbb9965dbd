import { atKey } from '../problem.ts'
import type { QueryCheck } from './check.ts'

export const timeColumn: QueryCheck = {
  id: 'time-column',
  stage: 'query',
  summary: 'The query returns a point in time.',
  why: 'Without a datetime column nobody can see when something happened; alerts take the bounds of the window instead.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: { keys: 'query: AzureActivity | summarize count() by Caller' },
  passes: { keys: 'query: AzureActivity | summarize count(), StartTime = min(TimeGenerated) by Caller' },
  run(_draft, query) {
    if (query.diagnostics.some(({ severity }) => severity === 'error')) return []
    if (query.columns === undefined || query.columns.some(({ type }) => type === 'datetime')) return []
    const message = 'the query returns no datetime column'
    return [
      { at: atKey('query'), message, hint: 'keep TimeGenerated, or add StartTime = min(TimeGenerated) to summarize' },
    ]
  },
}
