import type { FileCheck } from './check.ts'

export const yamlSection: FileCheck = {
  id: 'yaml-section',
  stage: 'file',
  summary: 'Every top-level key is valid YAML.',
  why: 'A key whose lines are damaged is left out, so the rule runs without it: without its entities, for example.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'requiredDataConnectors:\n    - connectorId: AzureActivity\n    dataTypes:\n        - AzureActivity',
  },
  passes: {
    keys: 'requiredDataConnectors:\n  - connectorId: AzureActivity\n    dataTypes:\n      - AzureActivity',
  },
}
