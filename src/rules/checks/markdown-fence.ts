import { atKey } from '../problem.ts'
import type { RuleCheck } from './check.ts'

/** Fences around the whole file are found while it is parsed; those around the query here. */
export const markdownFence: RuleCheck = {
  id: 'markdown-fence',
  stage: 'rule',
  summary: 'Neither the file nor the query is wrapped in a Markdown code fence.',
  why: 'The fence is no KQL; Sentinel would refuse the query. It is taken off.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: "```kusto\\nAzureActivity\\n| take 10\\n```"' },
  passes: { keys: 'query: |\n  AzureActivity\n  | take 10' },
  run({ document }) {
    if (document.query?.hadFence !== true) return []
    const message = 'the query is wrapped in a Markdown code fence; read without it'
    return [{ at: atKey('query'), message, hint: 'write "query: |" and the query, indented, on the lines below' }]
  },
}
