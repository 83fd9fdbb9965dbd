import type { QueryCheck } from './check.ts'
import { missingColumns, namedColumns } from './result-columns.ts'

export const customDetailColumn: QueryCheck = {
  id: 'custom-detail-column',
  stage: 'query',
  summary: 'Custom details take columns that the query returns.',
  why: 'A detail from another column stays empty.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'query: AzureActivity | project TimeGenerated, Caller\nentityMappings: []\ncustomDetails:\n  Group: ResourceGroup',
  },
  passes: {
    keys: 'query: AzureActivity | project TimeGenerated, ResourceGroup\nentityMappings: []\ncustomDetails:\n  Group: ResourceGroup',
  },
  run({ customDetails }, query) {
    return customDetails.flatMap(({ key, column }) =>
      missingColumns(namedColumns([column]), query, `the custom detail "${key}"`),
    )
  },
}
