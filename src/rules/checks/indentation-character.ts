import type { FileCheck } from './check.ts'

export const indentationCharacter: FileCheck = {
  id: 'indentation-character',
  stage: 'file',
  summary: 'Lines are indented with spaces.',
  why: 'YAML forbids tabs, and no-break spaces from a web page only look like spaces. Read as spaces when every usual tab width gives the same rule.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: |\n\tAzureActivity\n\t| take 10' },
  passes: { keys: 'query: |\n  AzureActivity\n  | take 10' },
}
