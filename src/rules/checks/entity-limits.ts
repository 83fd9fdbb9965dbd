import { LIMITS } from '../facts/limits.ts'
import { atKey, atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { RuleCheck } from './check.ts'

const field = (identifier: string): string => `\n      - identifier: ${identifier}\n        columnName: Caller`

export const entityLimits: RuleCheck = {
  id: 'entity-limits',
  stage: 'rule',
  summary: 'At most 10 entity mappings with at most 3 identifiers each.',
  why: 'Sentinel refuses more.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: `entityMappings:\n  - entityType: Account\n    fieldMappings:${['FullName', 'Name', 'NTDomain', 'Sid'].map(field).join('')}`,
  },
  passes: {
    keys: `entityMappings:\n  - entityType: Account\n    fieldMappings:${['FullName', 'Name'].map(field).join('')}`,
  },
  run({ entityMappings }) {
    const problems: Problem[] = []
    if (entityMappings.length > LIMITS.entityMappings) {
      const message = `${entityMappings.length} entity mappings, ${LIMITS.entityMappings} are allowed`
      problems.push({ at: atKey('entityMappings'), message, hint: 'remove the least telling ones' })
    }
    for (const { fieldMappings, path } of entityMappings) {
      if (fieldMappings.length <= LIMITS.fieldMappings) continue
      const message = `${fieldMappings.length} identifiers in one mapping, ${LIMITS.fieldMappings} are allowed`
      problems.push({ at: atPath(`${path}.entityType`), message, hint: 'keep those that identify best' })
    }
    return problems
  },
}
