import type { QueryCheck } from './check.ts'
import { missingColumns, namedColumns } from './result-columns.ts'

export const entityColumn: QueryCheck = {
  id: 'entity-column',
  stage: 'query',
  summary: 'Entity mappings take columns that the query returns.',
  why: 'From another column comes no entity, and neither Sentinel nor a run says so.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'query: AzureActivity | project TimeGenerated, Caller\nentityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: CallerIpAddress',
  },
  passes: {
    keys: 'query: AzureActivity | project TimeGenerated, CallerIpAddress\nentityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: CallerIpAddress',
  },
  run({ entityMappings, sentinelEntityColumns }, query) {
    const mapped = entityMappings.flatMap(({ entityType, fieldMappings }) => {
      const type = entityType.value ?? entityType.text ?? 'entity'
      const columns = namedColumns(fieldMappings.map(({ columnName }) => columnName))
      return missingColumns(columns, query, `the ${type} mapping`)
    })
    return [...mapped, ...missingColumns(namedColumns(sentinelEntityColumns), query, 'sentinelEntitiesMappings')]
  },
}
