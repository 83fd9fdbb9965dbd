import { LIMITS } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const queryLength: RuleCheck = {
  id: 'query-length',
  stage: 'rule',
  summary: 'The query has at most 10,000 characters.',
  why: 'Sentinel refuses a longer query in a rule. As a hunting query, and here, it runs.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: `query: AzureActivity | where Caller in (${'"someone@contoso.com", '.repeat(450)}"x")` },
  passes: { keys: 'query: AzureActivity' },
  run({ document }) {
    const length = document.query?.text.length ?? 0
    if (length <= LIMITS.queryLength) return []
    const message = `the query has ${length} characters, ${LIMITS.queryLength} are allowed`
    return [{ at: atKey('query'), message, hint: 'move long lists into a watchlist or a saved function' }]
  },
}
