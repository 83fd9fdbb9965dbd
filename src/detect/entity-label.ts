import type { Entity } from '../domain/entity.ts'

/** Identifiers that people know an entity by, best first; where none is filled, all are shown. */
const NAMES: readonly string[] = [
  'FullName',
  'HostName',
  'NetBiosName',
  'Address',
  'Url',
  'DomainName',
  'ResourceId',
  'CommandLine',
  'MailboxPrimaryAddress',
  'Value',
  'Name',
]

/** One line for an entity: `alice@contoso.com`, `vm-1.contoso.com`, `AzureID=…`. */
export function labelOf({ type, identifiers }: Pick<Entity, 'type' | 'identifiers'>): string {
  const { Name, UPNSuffix, HostName, DnsDomain, Directory, Hive, Key, Algorithm, Value } = identifiers
  if (type === 'Account' && Name && UPNSuffix) return `${Name}@${UPNSuffix}`
  if (type === 'Host' && HostName && DnsDomain) return `${HostName}.${DnsDomain}`
  if (type === 'File' && Name && Directory)
    return `${Directory.replace(/[\\/]$/, '')}${Directory.includes('\\') ? '\\' : '/'}${Name}`
  if (type === 'RegistryKey' && Hive && Key) return `${Hive}\\${Key}`
  if (type === 'FileHash' && Algorithm && Value) return `${Algorithm}:${Value}`
  const known = NAMES.map((name) => identifiers[name]).find((value) => value !== undefined && value !== '')
  return (
    known ??
    Object.entries(identifiers)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ')
  )
}
