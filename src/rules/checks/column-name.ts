import { COLUMN_NAME, LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import type { Read } from '../read/value.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const columnName: RuleCheck = {
  id: 'column-name',
  stage: 'rule',
  summary: 'Column names in mappings are plain names.',
  why: 'A mapping takes the name of a result column: letters, digits and underscores. Expressions and table names do not work.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: AzureActivity.CallerIpAddress',
  },
  passes: {
    keys: 'entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: CallerIpAddress',
  },
  run({ entityMappings, sentinelEntityColumns, customDetails, hunt }) {
    const columns: readonly Read<string>[] = [
      ...entityMappings.flatMap(({ fieldMappings }) => fieldMappings.map((field) => field.columnName)),
      ...sentinelEntityColumns,
      ...customDetails.map(({ column }) => column),
      ...hunt.identity,
    ]
    return columns.flatMap(({ value, path }) => {
      if (value === undefined || value === '') return []
      if (COLUMN_NAME.test(value) && value.length <= LIMITS.columnNameLength) return []
      const message = `${quoted(value)} is no column name`
      return [{ at: atPath(path), message, hint: 'name a column of the result; extend the query by one where needed' }]
    })
  },
}
