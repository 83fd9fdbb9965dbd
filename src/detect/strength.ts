import { BlockList, isIP } from 'node:net'
import { ENTITY_TYPES } from '../domain/entity.ts'
import type { EntityType, EntityTypeFacts } from '../domain/entity.ts'

type Identifiers = Readonly<Record<string, string>>

/** Addresses that many machines share: RFC 1918, 6598, 3927, 4193, loopback and link-local. Alone they are weak (contract C). */
const NOT_GLOBAL = new BlockList()
for (const [network, prefix, family] of [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['::1', 128, 'ipv6'],
] as const) {
  NOT_GLOBAL.addSubnet(network, prefix, family)
}

/** Do these identifiers name the entity by themselves? (shared/reference/azure-contract.md C) */
export function isStrong(type: EntityType, identifiers: Identifiers): boolean {
  if (type === 'IP')
    return isGlobalAddress(identifiers['Address'] ?? '') || hasAll(identifiers, ['Address', 'AddressScope'])
  if (type === 'URL') return URL.canParse(identifiers['Url'] ?? '')
  return factsOf(type).strong.some((set) => hasAll(identifiers, set))
}

/** Is one of the sets filled that an entity of this type needs at least? */
export function hasRequired(type: EntityType, identifiers: Identifiers): boolean {
  return factsOf(type).required.some((set) => hasAll(identifiers, set))
}

export function factsOf(type: EntityType): EntityTypeFacts {
  return ENTITY_TYPES[type]
}

function hasAll(identifiers: Identifiers, names: readonly string[]): boolean {
  return names.every((name) => name in identifiers)
}

function isGlobalAddress(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && !NOT_GLOBAL.check(address, version === 4 ? 'ipv4' : 'ipv6')
}
