import { ENTITY_TYPES } from '../../domain/entity.ts'
import { atPath } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const entityRequired: RuleCheck = {
  id: 'entity-required',
  stage: 'rule',
  summary: 'A mapping has an identifier, or a set of them, without which its entity is nothing.',
  why: 'Sentinel refuses the mapping: a user’s display name alone, for example, identifies nobody.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: DisplayName\n        columnName: Caller',
  },
  passes: {
    keys: 'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: Caller',
  },
  run({ entityMappings }) {
    return entityMappings.flatMap(({ entityType, fieldMappings, path }) => {
      const given = new Set<string>(fieldMappings.flatMap(({ identifier }) => identifier.value ?? []))
      if (entityType.value === undefined || given.size === 0) return []
      const required: readonly (readonly string[])[] = ENTITY_TYPES[entityType.value].required
      if (required.some((set) => set.every((name) => given.has(name)))) return []
      const sets = required.map((set) => set.join(' with ')).join(', ')
      const message = `the ${entityType.value} mapping lacks an identifier that it needs`
      return [{ at: atPath(`${path}.entityType`), message, hint: `add one of: ${sets}` }]
    })
  },
}
