import { ENTITY_TYPES } from '../../domain/entity.ts'
import type { EntityType } from '../../domain/entity.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { FieldMappingRead } from '../read/entities.ts'
import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const entityIdentifier: RuleCheck = {
  id: 'entity-identifier',
  stage: 'rule',
  summary: 'Identifiers are those of the entity’s type, each given once and with a column.',
  why: 'An identifier that the type does not have is left out, and the entity may become too vague to be of use.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Adress4\n        columnName: CallerIpAddress',
  },
  passes: {
    keys: 'entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: CallerIpAddress',
  },
  run({ entityMappings }) {
    return entityMappings.flatMap(({ entityType, fieldMappings, path }) => {
      if (entityType.value === undefined) return []
      if (fieldMappings.length === 0) {
        const hint = `identifiers: ${ENTITY_TYPES[entityType.value].identifiers.join(', ')}`
        return [{ at: atPath(path), message: `the ${entityType.value} mapping maps no column; left out`, hint }]
      }
      const type = entityType.value
      return fieldMappings.flatMap((field, index) => [
        ...problemsOf(field, type),
        ...repetition(field, fieldMappings.slice(0, index)),
      ])
    })
  },
}

function problemsOf({ identifier, columnName, path }: FieldMappingRead, type: EntityType): readonly Problem[] {
  const known = ENTITY_TYPES[type].identifiers
  const ofIdentifier =
    identifier.text === undefined
      ? [{ at: atPath(path), message: 'the identifier is missing; left out', hint: `accepted: ${known.join(', ')}` }]
      : choiceProblems(identifier, `the identifier of ${type}`, known, '; left out')
  if (columnName.value !== undefined && columnName.value !== '') return ofIdentifier
  const message = `no column is given for the identifier ${identifier.text ?? ''}`.trimEnd()
  return [...ofIdentifier, { at: atPath(path), message: `${message}; left out`, hint: 'add columnName' }]
}

function repetition({ identifier }: FieldMappingRead, before: readonly FieldMappingRead[]): readonly Problem[] {
  const isRepeated = before.some((other) => other.identifier.value === identifier.value)
  if (identifier.value === undefined || !isRepeated) return []
  const message = `the identifier ${identifier.value} is mapped twice in one mapping`
  return [{ at: atPath(identifier.path), message, hint: 'keep one, or write a second mapping of the same type' }]
}
