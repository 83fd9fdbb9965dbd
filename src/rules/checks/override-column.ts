import { placeholdersOf } from '../read/details.ts'
import type { Read } from '../read/value.ts'
import type { QueryCheck } from './check.ts'
import { missingColumns, namedColumns } from './result-columns.ts'
import type { NamedColumn } from './result-columns.ts'

export const overrideColumn: QueryCheck = {
  id: 'override-column',
  stage: 'query',
  summary: 'Alert details take columns that the query returns.',
  why: 'With another column the alert falls back to the static name, description or severity of the rule.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: "query: AzureActivity | project TimeGenerated, Caller\nentityMappings: []\nalertDetailsOverride:\n  alertDisplayNameFormat: 'Run Command on {{Resource}}'",
  },
  passes: {
    keys: "query: AzureActivity | project TimeGenerated, Resource\nentityMappings: []\nalertDetailsOverride:\n  alertDisplayNameFormat: 'Run Command on {{Resource}}'",
  },
  run({ alertDetailsOverride: read }, query) {
    const values = read.dynamicProperties.map(({ value }) => value)
    return [
      ...missingColumns(placeholderColumns(read.displayName), query, 'alertDisplayNameFormat'),
      ...missingColumns(placeholderColumns(read.description), query, 'alertDescriptionFormat'),
      ...missingColumns(namedColumns([read.tacticsColumn]), query, 'alertTacticsColumnName'),
      ...missingColumns(namedColumns([read.severityColumn]), query, 'alertSeverityColumnName'),
      ...missingColumns(namedColumns(values), query, 'alertDynamicProperties'),
    ]
  },
}

function placeholderColumns({ text, path }: Read<string>): readonly NamedColumn[] {
  return placeholdersOf(text ?? '').map(({ column, offset, length }) => {
    return { name: column, at: { kind: 'value', path, offset, length } }
  })
}
