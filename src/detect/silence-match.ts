import { BlockList, isIP } from 'node:net'
import type { Entity, EntityType } from '../domain/entity.ts'
import type { Finding } from '../domain/run.ts'
import { SILENCE_KINDS, SUPPRESSION } from '../domain/silence.ts'
import type { Silence, SilenceKind, SilenceTarget } from '../domain/silence.ts'
import { days } from '../time/duration.ts'

interface KindFacts {
  readonly type: EntityType
  /** The texts by which an entity goes, any of which a silence may name. */
  readonly names: (identifiers: Readonly<Record<string, string>>) => readonly (string | undefined)[]
}

/** Only identifiers that name one thing: `host:linux` must not silence every machine by its family. */
const KINDS: Readonly<Record<SilenceKind, KindFacts>> = {
  account: {
    type: 'Account',
    names: ({ Name, FullName, UPNSuffix, NTDomain, DnsDomain, Sid, AadUserId, PUID, ObjectGuid }) => [
      Name,
      FullName,
      joined(Name, '@', UPNSuffix),
      joined(Name, '@', DnsDomain),
      joined(NTDomain, '\\', Name),
      Sid,
      AadUserId,
      PUID,
      ObjectGuid,
    ],
  },
  host: {
    type: 'Host',
    names: ({ HostName, FullName, NetBiosName, DnsDomain, NTDomain, AzureID, OMSAgentID }) => [
      HostName,
      FullName,
      NetBiosName,
      joined(HostName, '.', DnsDomain),
      joined(NTDomain, '\\', HostName ?? NetBiosName),
      AzureID,
      OMSAgentID,
    ],
  },
  ip: { type: 'IP', names: ({ Address }) => [Address] },
  url: { type: 'URL', names: ({ Url }) => [Url] },
  resource: { type: 'AzureResource', names: ({ ResourceId }) => [ResourceId] },
  app: { type: 'CloudApplication', names: ({ AppId, Name }) => [AppId, Name] },
  dns: { type: 'DNS', names: ({ DomainName }) => [DomainName] },
  file: {
    type: 'File',
    names: ({ Directory, Name }) => [Name, joined(Directory, '\\', Name), joined(Directory, '/', Name)],
  },
  hash: { type: 'FileHash', names: ({ Value }) => [Value] },
  mailbox: { type: 'Mailbox', names: ({ MailboxPrimaryAddress, Upn }) => [MailboxPrimaryAddress, Upn] },
}

function joined(one: string | undefined, between: string, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? undefined : `${one}${between}${other}`
}

/**
 * `host:vm-1`, `account:eve@contoso.com`, `ip:10.0.0.0/24`. Undefined for a text that begins with no kind.
 *
 * @throws RangeError with what is wrong, for an empty value or a network that is none
 */
export function parseSilenceEntity(text: string): NonNullable<SilenceTarget['entity']> | undefined {
  const [, word = '', rest = ''] = /^([a-z]+):(.*)$/is.exec(text.trim()) ?? []
  const kind = SILENCE_KINDS.find((each) => each === word.toLowerCase())
  if (kind === undefined) return undefined
  const value = rest.trim()
  if (value === '') throw new RangeError(`${kind}: names nothing`)
  if (kind === 'ip' && value.includes('/') && networkOf(value) === undefined) {
    throw new RangeError(`${value} is no network such as 10.0.0.0/24`)
  }
  return { kind, value }
}

/** An address and the length of its prefix; undefined for what is none. */
export function networkOf(value: string): { readonly address: string; readonly prefix: number } | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? []
  const version = isIP(address)
  const prefix = Number(digits)
  return version === 0 || prefix > (version === 4 ? 32 : 128) ? undefined : { address, prefix }
}

/** Makes the test whether an entity is the one that a silence names. */
export function entityTest({ kind, value }: NonNullable<SilenceTarget['entity']>): (entity: Entity) => boolean {
  const { type, names } = KINDS[kind]
  const network = kind === 'ip' ? networkOf(value) : undefined
  if (network !== undefined) {
    const version = isIP(network.address)
    const family = version === 4 ? 'ipv4' : 'ipv6'
    const list = new BlockList()
    list.addSubnet(network.address, network.prefix, family)
    return (entity) => {
      const address = entity.type === type ? (entity.identifiers['Address'] ?? '') : ''
      // A list would take ::/0 for all IPv4 addresses too.
      return isIP(address) === version && list.check(address, family)
    }
  }
  const wanted = value.toLowerCase()
  return (entity) => entity.type === type && names(entity.identifiers).some((name) => name?.toLowerCase() === wanted)
}

/**
 * Makes the function that gives the silence under which a finding of the rule and workspace falls: the one that ends last,
 * so that what is held back is told when nothing holds it any more. Undefined for a finding that is to be told.
 */
export function silencer(
  silences: readonly Silence[],
  ruleId: string,
  workspace: string,
): (finding: Pick<Finding, 'entities'>) => Silence | undefined {
  const tests = silences
    .filter(({ target }) => target.rule === undefined || target.rule.id === ruleId)
    .filter(
      ({ target }) => target.workspace === undefined || target.workspace.toLowerCase() === workspace.toLowerCase(),
    )
    .sort((one, other) => other.until - one.until)
    .map((silence) => {
      const { entity } = silence.target
      return { silence, isOf: entity === undefined ? undefined : entityTest(entity) }
    })
  return ({ entities }) => tests.find(({ isOf }) => isOf === undefined || entities.some(isOf))?.silence
}

/** A silence of more than this is forgotten by whoever made it. */
const LONG = days(7)

/** Longest prefixes that still name many machines. */
const BROAD_PREFIX = { 4: 23, 6: 63 } as const

/** What of a silence may hide more than was meant. */
export function silenceWarnings({ target, since, until, author }: Silence): readonly string[] {
  const { rule, entity } = target
  const warnings: string[] = []
  if (until - since > LONG) {
    const length = Math.round((until - since) / days(1))
    warnings.push(`it lasts ${length} days; what is wanted for longer than a week is an exclusion`)
  }
  if (entity === undefined && author !== SUPPRESSION) {
    warnings.push(`nobody is told of anything that "${rule?.name ?? ''}" finds; a silence of an entity hides less`)
  }
  const network = entity?.kind === 'ip' ? networkOf(entity.value) : undefined
  if (network !== undefined && network.prefix <= BROAD_PREFIX[isIP(network.address) === 4 ? 4 : 6]) {
    warnings.push(`${entity?.value ?? ''} is a large network`)
  }
  if (entity?.kind === 'account' && !/[@\\]|^[0-9a-f-]{36}$|^S-1-/i.test(entity.value)) {
    warnings.push(`account:${entity.value} means every account of that name; write it with its domain`)
  }
  if (entity?.kind === 'file' && !/[\\/]/.test(entity.value)) {
    warnings.push(`file:${entity.value} means every file of that name; write it with its folder, or silence its hash`)
  }
  return warnings
}
