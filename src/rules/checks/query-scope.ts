import { kqlCode } from '../source/kql-scan.ts'
import type { RuleCheck } from './check.ts'

/** `search *` at the head of a statement (behind a pipe it searches what comes in), and `union *`. */
const EVERYTHING =
  /(?<head>^\s*|[;(=]\s*)(?<search>search\s+(?:kind\s*=\s*\w+\s+)?\*)|(?<union>\bunion\s+(?:\w+\s*=\s*\w+\s+)*\*)/g

const CANDIDATE = /\b(?:search|union)\b[^|;]*\*/

export const queryScope: RuleCheck = {
  id: 'query-scope',
  stage: 'rule',
  summary: 'The query names its tables: no search * and no union *.',
  why: 'Sentinel refuses a rule that reads every table of the workspace.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: search * | where CallerIpAddress == "192.0.2.1"' },
  passes: { keys: 'query: search in (AzureActivity) "192.0.2.1"' },
  run({ document }) {
    const text = document.query?.text ?? ''
    // Most queries have no candidate, and blanking out comments and strings is the costly part.
    if (!CANDIDATE.test(text)) return []
    return [...kqlCode(text).matchAll(EVERYTHING)].map((match) => {
      const { head = '', search, union = '' } = match.groups ?? {}
      const found = search ?? union
      return {
        at: { kind: 'query', offset: match.index + (search === undefined ? 0 : head.length), length: found.length },
        message: `${found.replace(/\s+/g, ' ')} reads every table of the workspace`,
        hint: 'name the tables: union A, B, or search in (A, B) …',
      }
    })
  },
}
