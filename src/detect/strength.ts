import { BlockList, isIP } from 'node:net'
import { ENTITY_TYPES } from '../domain/entity.ts'
import type { EntityType, EntityTypeFacts } from '../domain/entity.ts'

type Identifiers = Readonly<Record<string, string>>

/** Addresses that many machines share: RFC 1918, 6598, 3927, 4193, loopback, link-local, multicast, broadcast. Alone they are weak (contract C). */
const NOT_GLOBAL = new BlockList()
for (const [network, prefix, family] of [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['::', 127, 'ipv6'],
] as const) {
  NOT_GLOBAL.addSubnet(network, prefix, family)
}

/** Do these identifiers name the entity by themselves? (shared/reference/azure-contract.md C) */
export function isStrong(type: EntityType, identifiers: Identifiers): boolean {
  if (type === 'IP')
    return isGlobalAddress(identifiers['Address'] ?? '') || hasAll(identifiers, ['Address', 'AddressScope'])
  if (type === 'URL') return isAbsoluteUrl(identifiers['Url'] ?? '')
  const telling = type === 'Account' ? withoutBuiltIn(identifiers) : identifiers
  return factsOf(type).strong.some((set) => hasAll(telling, set))
}

/** `contoso.com:8443/a` parses as a URL of the scheme `contoso.com`, but names no host. */
function isAbsoluteUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(text) && URL.canParse(text)
}

/**
 * Of SIDs only those of a domain or machine (S-1-5-21) and of Entra ID (S-1-12-1) are one account's; the built-in ones are the same
 * on every machine (contract C: «Sid (not built-in)»).
 */
const OWN_SID = /^S-1-(?:5-21|12-1)-/i

/** Authorities in the place of a domain that every Windows has: what stands behind them is local to a host. */
const BUILT_IN_DOMAINS: ReadonlySet<string> = new Set([
  'NT AUTHORITY',
  'NT SERVICE',
  'BUILTIN',
  'IIS APPPOOL',
  'NT VIRTUAL MACHINE',
  'FONT DRIVER HOST',
  'WINDOW MANAGER',
])

/** The account's identifiers, less those that name it together with its host only. */
function withoutBuiltIn(identifiers: Identifiers): Identifiers {
  const isTelling = ([name, value]: readonly [string, string]): boolean => {
    if (name === 'Sid') return OWN_SID.test(value)
    return name !== 'NTDomain' || !BUILT_IN_DOMAINS.has(value.toUpperCase())
  }
  return Object.fromEntries(Object.entries(identifiers).filter(isTelling))
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
