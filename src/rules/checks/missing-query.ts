import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const missingQuery: RuleCheck = {
  id: 'missing-query',
  stage: 'rule',
  summary: 'A rule has a query.',
  why: 'Without a query there is nothing to run.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: ""' },
  passes: { keys: 'query: AzureActivity' },
  run({ document }) {
    if (document.query !== undefined && document.query.text.trim() !== '') return []
    const isThere = document.keys.has('query')
    const message = isThere ? 'the query is empty' : 'the rule has no query'
    return [{ at: atKey(isThere ? 'query' : 'name'), message, hint: 'write "query: |" and the KQL, indented, below' }]
  },
}
