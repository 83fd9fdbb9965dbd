import { atPath } from '../problem.ts'
import { ENTITY_TYPE_NAMES } from '../read/entities.ts'
import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const entityType: RuleCheck = {
  id: 'entity-type',
  stage: 'rule',
  summary: 'Entity mappings name a type that Sentinel knows.',
  why: 'A mapping to another type gives no entity; it is left out.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'entityMappings:\n  - entityType: User\n    fieldMappings:\n      - identifier: Name\n        columnName: Caller',
  },
  passes: {
    keys: 'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: Caller',
  },
  run({ entityMappings }) {
    return entityMappings.flatMap(({ entityType: read, path }) => {
      if (read.text !== undefined) return choiceProblems(read, 'the entity type', ENTITY_TYPE_NAMES, '; left out')
      const message = 'the mapping has no entityType; left out'
      return [{ at: atPath(path), message, hint: `accepted: ${ENTITY_TYPE_NAMES.join(', ')}` }]
    })
  },
}
