import type { FileCheck } from './check.ts'

export const unquotedValue: FileCheck = {
  id: 'unquoted-value',
  stage: 'file',
  summary: 'A value with ": " in it, or with a reserved first character, stands in quotes.',
  why: 'YAML takes the text before ": " for a key of its own.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'name: Run Command: rare script' },
  passes: { keys: "name: 'Run Command: rare script'" },
}
