import { LEGACY_ENTITY_COLUMNS } from '../facts/limits.ts'
import type { RuleCheck } from './check.ts'

export const legacyEntityColumn: RuleCheck = {
  id: 'legacy-entity-column',
  stage: 'rule',
  summary: 'Columns such as AccountCustomEntity are mapped under entityMappings.',
  why: 'They are how rules named entities before entityMappings existed. A column without a mapping is mapped as Sentinel did then.',
  severity: { strict: 'error', lenient: 'info' },
  fails: { keys: 'query: AzureActivity | extend AccountCustomEntity = Caller\nentityMappings: []' },
  passes: {
    keys: 'query: AzureActivity | extend AccountCustomEntity = Caller\nentityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: AccountCustomEntity',
  },
  run({ legacyColumns }) {
    return legacyColumns.map(({ column, offset }) => {
      const { entityType, identifier } = LEGACY_ENTITY_COLUMNS[column]
      return {
        at: { kind: 'query', offset, length: column.length },
        message: `${column} is not mapped; taken as ${entityType}.${identifier}`,
        hint: `add an entity mapping of ${entityType}: ${identifier} from ${column}`,
      }
    })
  },
}
