import type { FileCheck } from './check.ts'

export const notARule: FileCheck = {
  id: 'not-a-rule',
  stage: 'file',
  summary: 'A YAML file in a rule folder is a rule.',
  why: 'Parsers, watchlists and workflows are YAML, too. They are passed over, but never in silence.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { file: 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n' },
  passes: { keys: 'query: AzureActivity' },
}
