import type { RuleCheck } from './check.ts'

export const foldedComment: RuleCheck = {
  id: 'folded-comment',
  stage: 'rule',
  summary: 'A query with // comments keeps its line ends.',
  why: 'In a folded, plain or quoted scalar YAML joins lines with spaces, so that a comment swallows the rest of the query. The line ends behind comments are put back.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: >\n  AzureActivity // all of it\n  | take 10' },
  passes: { keys: 'query: |\n  AzureActivity // all of it\n  | take 10' },
  run({ document }) {
    const offset = document.query?.foldedComment
    if (offset === undefined) return []
    const message =
      'the lines of the query are joined, so that this comment would swallow those behind it; line ends put back'
    return [
      { at: { kind: 'query', offset, length: 2 }, message, hint: 'write "query: |", which keeps lines as they are' },
    ]
  },
}
