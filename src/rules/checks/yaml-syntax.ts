import type { FileCheck } from './check.ts'

export const yamlSyntax: FileCheck = {
  id: 'yaml-syntax',
  stage: 'file',
  summary: 'The file is valid YAML.',
  why: 'Where YAML breaks inside of the query, or in a way that no repair explains, nobody can know what the rule is.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { file: 'id: 1\nquery: "AzureActivity\n  | where Caller == "x"\n' },
  passes: { keys: 'query: |\n  AzureActivity\n  | where Caller == "x"' },
}
