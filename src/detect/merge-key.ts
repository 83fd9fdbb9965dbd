import type { Entity, EntityType } from '../domain/entity.ts'

/** Identifiers whose case carries meaning: paths, command lines, URLs, registry data. All others fold. */
const VERBATIM: Partial<Record<EntityType, readonly string[]>> = {
  File: ['Directory', 'Name'],
  Process: ['CommandLine'],
  URL: ['Url'],
  RegistryValue: ['Value'],
}

/** Identifiers that only repeat others: an account mapped by FullName is the one mapped by Name and UPNSuffix. */
const DERIVED: Partial<Record<EntityType, { readonly from: string; readonly names: readonly string[] }>> = {
  Account: { from: 'Name', names: ['FullName', 'DisplayName'] },
  Host: { from: 'HostName', names: ['FullName'] },
}

/** What tells one entity from another: type, and identifiers by name. */
export type EntityIdentity = readonly [
  type: EntityType,
  identifiers: readonly (readonly [name: string, value: string])[],
]

/**
 * Entities with equal identities are one. The service does not say how it merges; ours is type and sorted identifiers,
 * case-folded except where case carries meaning (shared/reference/azure-contract.md B6 and H8). ARM ids fold too, for
 * the activity log spells them in several ways (C).
 */
export function identityOf(entity: Entity): EntityIdentity {
  const verbatim = VERBATIM[entity.type] ?? []
  const derived = DERIVED[entity.type]
  const repeats = derived !== undefined && derived.from in entity.identifiers ? derived.names : []
  const pairs = Object.entries(entity.identifiers)
    .filter(([name]) => !repeats.includes(name))
    .map(([name, value]) => [name, verbatim.includes(name) ? value : value.toLowerCase()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return [entity.type, pairs]
}

/** The identity as text, equal where the entities are one. */
export function mergeKey(entity: Entity): string {
  return JSON.stringify(identityOf(entity))
}

/** The first of each group of equal entities, in order. */
export function mergeEntities(entities: Iterable<Entity>): readonly Entity[] {
  const merged = new Map<string, Entity>()
  for (const entity of entities) {
    const key = mergeKey(entity)
    if (!merged.has(key)) merged.set(key, entity)
  }
  return [...merged.values()]
}
