import { createHash } from 'node:crypto'
import type { Resource } from './store.ts'

/** Kinds of the API that are not spelt as the entity types of rules (`KnownEntityKind` of @azure/arm-securityinsight). */
const KINDS: Readonly<Record<string, string>> = { IP: 'Ip', URL: 'Url', DNS: 'DnsResolution' }

/** What an incident would list of its bookmarks if their entities were its own: contract H10, which nobody has seen. */
export function entitiesOf(scope: string, bookmarks: readonly Resource[]): unknown {
  const entities = new Map<string, ListedEntity>()
  for (const { properties } of bookmarks) {
    const mappings = properties['entityMappings']
    for (const mapping of Array.isArray(mappings) ? (mappings as unknown[]) : []) {
      const entity = entityOf(scope, mapping)
      entities.set(entity.name, entity)
    }
  }
  const kinds = [...entities.values()].map(({ kind }) => kind)
  const metaData = [...new Set(kinds)].map((entityKind) => ({
    entityKind,
    count: kinds.filter((kind) => kind === entityKind).length,
  }))
  return { entities: [...entities.values()], metaData }
}

interface ListedEntity {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly kind: string
  readonly properties: Readonly<Record<string, string>>
}

/** A mapping as `checkEntities` lets it in. */
function entityOf(scope: string, mapping: unknown): ListedEntity {
  const { entityType, fieldMappings } = Object(mapping) as EntityMapping
  const fields = fieldMappings.map(({ identifier, value }) => [camelCase(identifier), value] as const)
  const kind = KINDS[entityType] ?? entityType
  // The same entity of two bookmarks is one.
  const name = createHash('sha256')
    .update(JSON.stringify([kind, fields.toSorted()]))
    .digest('hex')
    .slice(0, 32)
  const properties = { friendlyName: fields[0]?.[1] ?? '', ...Object.fromEntries(fields) }
  return { id: `${scope}/Entities/${name}`, name, type: 'Microsoft.SecurityInsights/Entities', kind, properties }
}

interface EntityMapping {
  readonly entityType: string
  readonly fieldMappings: readonly { readonly identifier: string; readonly value: string }[]
}

function camelCase(identifier: string): string {
  return identifier.charAt(0).toLowerCase() + identifier.slice(1)
}
