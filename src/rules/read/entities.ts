import { ENTITY_TYPES } from '../../domain/entity.ts'
import type { EntityType } from '../../domain/entity.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import { asChoice, asText, itemsOf, readField } from './value.ts'
import type { Parse, Read } from './value.ts'

export interface FieldMappingRead {
  readonly path: string
  readonly identifier: Read<string>
  readonly columnName: Read<string>
}

export interface EntityMappingRead {
  readonly path: string
  readonly entityType: Read<EntityType>
  readonly fieldMappings: readonly FieldMappingRead[]
}

export const ENTITY_TYPE_NAMES = Object.keys(ENTITY_TYPES) as readonly EntityType[]

/** Spellings of ARM's entity kinds and of the portal; contract C. */
export const asEntityType: Parse<EntityType> = asChoice(ENTITY_TYPE_NAMES, {
  'IP address': 'IP',
  DnsResolution: 'DNS',
  'Cloud application': 'CloudApplication',
})

export function readEntityMappings(document: RuleDocument): readonly EntityMappingRead[] {
  return itemsOf(document.keys.get('entityMappings')?.value, 'entityMappings').map(({ node, path }) => {
    const entityType = readField(node, path, ['entityType'], asEntityType)
    const fields = entryOf(node, 'fieldMappings')
    const fieldMappings = itemsOf(fields?.value, `${path}.${fields?.key ?? 'fieldMappings'}`).map((field) => ({
      path: field.path,
      identifier: readField(field.node, field.path, ['identifier'], asIdentifier(entityType.value)),
      columnName: readField(field.node, field.path, ['columnName'], asText),
    }))
    return { path, entityType, fieldMappings }
  })
}

const IDENTIFIERS = new Map(
  ENTITY_TYPE_NAMES.map((type) => [type, asChoice<string>(ENTITY_TYPES[type].identifiers)] as const),
)

function asIdentifier(type: EntityType | undefined): Parse<string> {
  return (type === undefined ? undefined : IDENTIFIERS.get(type)) ?? asText
}

/** Columns of `sentinelEntitiesMappings`. */
export function readSentinelEntityColumns(document: RuleDocument): readonly Read<string>[] {
  const key = 'sentinelEntitiesMappings'
  return itemsOf(document.keys.get(key)?.value, key).map(({ node, path }) =>
    readField(node, path, ['columnName'], asText),
  )
}

/** Tables under `requiredDataConnectors`, without the product that some files add in brackets: `SecurityAlert (MCAS)`. */
export function readRequiredTables(document: RuleDocument): readonly string[] {
  const connectors = itemsOf(document.keys.get('requiredDataConnectors')?.value, 'requiredDataConnectors')
  const names = connectors.flatMap(({ node }) => {
    const types = itemsOf(entryOf(node, 'dataTypes')?.value, '')
    return types.flatMap(({ node: type }) => (type.kind === 'scalar' ? [type.text.replace(/\s*\(.*$/, '').trim()] : []))
  })
  return [...new Set(names.filter((name) => /^\w+$/.test(name)))]
}
