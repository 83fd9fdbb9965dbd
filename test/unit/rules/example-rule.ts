import type { Example } from '../../../src/rules/checks/check.ts'
import type { KustoType } from '../../../src/domain/kusto.ts'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'

/** A sound rule; examples replace some of its keys. */
const SECTIONS: Readonly<Record<string, string>> = {
  id: 'id: 3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42',
  name: 'name: Run Command by an unusual account',
  description: 'description: Finds what ran once.',
  severity: 'severity: Medium',
  requiredDataConnectors:
    'requiredDataConnectors:\n  - connectorId: AzureActivity\n    dataTypes:\n      - AzureActivity',
  queryFrequency: 'queryFrequency: 1h',
  queryPeriod: 'queryPeriod: 1h',
  triggerOperator: 'triggerOperator: gt',
  triggerThreshold: 'triggerThreshold: 0',
  tactics: 'tactics:\n  - Execution',
  relevantTechniques: 'relevantTechniques:\n  - T1059',
  query: 'query: |\n  AzureActivity\n  | where Caller == "x"',
  entityMappings:
    'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: Caller',
  version: 'version: 1.0.0',
  kind: 'kind: Scheduled',
}

/** The sound rule with the given top-level keys in place of its own; they come first. */
export function ruleWith(keys: string): string {
  const replaced = new Set([...keys.matchAll(/^(\w+):/gm)].map(([, key = '']) => key))
  const rest = Object.entries(SECTIONS).filter(([key]) => !replaced.has(key))
  return [keys, ...rest.map(([, text]) => text)].join('\n') + '\n'
}

export function bytesOf(example: Example): Uint8Array {
  if ('bytes' in example) return Uint8Array.from(example.bytes)
  return new TextEncoder().encode('keys' in example ? ruleWith(example.keys) : example.file)
}

const column = (name: string, type: KustoType = 'string') => ({ name, type })

/** One table is enough to bind the examples. */
export const exampleSchema: WorkspaceSchema = {
  tables: new Map([
    [
      'AzureActivity',
      {
        name: 'AzureActivity',
        columns: [
          column('TimeGenerated', 'datetime'),
          column('Caller'),
          column('CallerIpAddress'),
          column('OperationNameValue'),
          column('ResourceGroup'),
          column('Resource'),
          column('Properties_d', 'dynamic'),
        ],
      },
    ],
  ]),
  functions: new Map(),
}
