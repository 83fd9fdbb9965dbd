import type { FileCheck } from './check.ts'

export const lostIndentation: FileCheck = {
  id: 'lost-indentation',
  stage: 'file',
  summary: 'The lines of a query or description are indented further than its key.',
  why: 'Copies of rules lose their indentation on the way. The lines up to the next known key are taken for the value.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: |\nAzureActivity\n| take 10' },
  passes: { keys: 'query: |\n  AzureActivity\n  | take 10' },
}
