import { atKey } from '../problem.ts'
import { kqlCode } from '../source/kql-scan.ts'
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
    const text = document.query?.text ?? ''
    const isBlank = text.trim() === ''
    if (!isBlank && kqlCode(text).trim() !== '') return []
    const isThere = document.keys.has('query')
    const message = !isThere
      ? 'the rule has no query'
      : isBlank
        ? 'the query is empty'
        : 'the query is nothing but comments'
    return [{ at: atKey(isThere ? 'query' : 'name'), message, hint: 'write "query: |" and the KQL, indented, below' }]
  },
}
