import type { EntityMapping } from '../domain/rule.ts'
import type { EntityType } from '../domain/entity.ts'

type Identifiers = Readonly<Record<string, string>>

/** Values that the service prints in one spelling (shared/reference/azure-contract.md C, FileHash). */
const HASH_ALGORITHMS: readonly string[] = ['Unknown', 'MD5', 'SHA1', 'SHA256', 'SHA256AC']

/**
 * Brings the mapped identifiers of one entity into the form that identifies it: an account's user principal name or
 * `DOMAIN\user` is taken apart, as Sentinel does with UPNs since July 2026 (contract C); a host's full name gives host
 * and domain. What a mapping fills itself is never overwritten.
 */
export function normaliseIdentifiers(type: EntityType, given: Identifiers): Identifiers {
  switch (type) {
    case 'Account':
      return normaliseAccount(given)
    case 'Host':
      return normaliseHost(given)
    case 'FileHash':
      return normaliseFileHash(given)
    default:
      return given
  }
}

/** All identifiers that an entity of this mapping can have, in the order in which files show them. */
export function identifiersOf(mapping: EntityMapping): readonly string[] {
  const mapped = mapping.fieldMappings.map((field) => field.identifier)
  return [...new Set([...mapped, ...mapped.flatMap((name) => DERIVED_FROM[`${mapping.entityType}.${name}`] ?? [])])]
}

/** What normaliseIdentifiers can add. */
const DERIVED_FROM: Readonly<Record<string, readonly string[]>> = {
  'Account.Name': ['NTDomain', 'UPNSuffix'],
  'Account.FullName': ['Name', 'NTDomain', 'UPNSuffix'],
  'Host.FullName': ['HostName', 'DnsDomain'],
}

function normaliseAccount(given: Identifiers): Identifiers {
  const name = given['Name'] ?? given['FullName']
  if (name === undefined) return given
  // A name may hold line breaks, U+2028 too, which a dot does not match by itself.
  const upn = /^(.+)@([^@\\]+)$/s.exec(name)
  if (upn !== null) return { UPNSuffix: upn[2] ?? '', ...given, Name: upn[1] ?? '' }
  const downLevel = /^([^@\\]+)\\([^\\]+)$/.exec(name)
  if (downLevel !== null) return { NTDomain: downLevel[1] ?? '', ...given, Name: downLevel[2] ?? '' }
  return { ...given, Name: name }
}

/** `vm-7.corp.contoso.com` → host `vm-7`, domain `corp.contoso.com`. An address in the place of a name stays whole. */
function normaliseHost(given: Identifiers): Identifiers {
  const fullName = given['FullName']
  if (fullName === undefined || 'HostName' in given) return given
  const qualified = /^([^.]+)\.(.*[^.\d].*)$/s.exec(fullName)
  if (qualified === null) return { ...given, HostName: fullName }
  return { DnsDomain: qualified[2] ?? '', ...given, HostName: qualified[1] ?? '' }
}

function normaliseFileHash(given: Identifiers): Identifiers {
  const wanted = given['Algorithm']?.replace(/-/g, '').toLowerCase()
  const known = HASH_ALGORITHMS.find((name) => name.toLowerCase() === wanted)
  return known === undefined ? given : { ...given, Algorithm: known }
}
