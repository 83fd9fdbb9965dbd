/** IPv6 addresses as unsigned 128-bit numbers; IPv4 ones live under ::ffff:0:0/96. */
import { parseIpv4 } from './ipv4-address.ts'

export interface Ipv6 {
  /** Host bits beyond the prefix are zero. */
  readonly address: bigint
  /** 0 to 128; 128 where the text has none. The prefix of a dotted address counts its last 32 bits. */
  readonly prefix: number
  /** Written as a plain IPv4 address. */
  readonly isIpv4: boolean
}

const BITS = 128
const MAPPED = 0xffffn << 32n

export function maskedIpv6(address: bigint, prefix: number): bigint {
  const hostBits = BigInt(BITS - prefix)
  return (address >> hostBits) << hostBits
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) ? parts.map((part) => BigInt(`0x${part}`)) : undefined
}

/** The eight groups of an address without dots, as a number. */
function parseGroups(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const [left, right] = [groups(head), tail === undefined ? [] : groups(tail)]
  if (left === undefined || right === undefined) return undefined
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...new Array<bigint>(missing).fill(0n), ...right].reduce((sum, group) => (sum << 16n) | group, 0n)
}

/** `::192.168.1.1` with its last 32 bits as two groups. */
function undotted(text: string): string | undefined {
  const at = text.lastIndexOf(':')
  const embedded = parseIpv4(text.slice(at + 1))
  if (embedded === undefined) return undefined
  const hex = embedded.address.toString(16).padStart(8, '0')
  return `${text.slice(0, at + 1)}${hex.slice(0, 4)}:${hex.slice(4)}`
}

/** Undefined where the text is no address of either kind. */
export function parseIpv6(text: string): Ipv6 | undefined {
  const trimmed = text.trim()
  const [bare = '', suffix, ...more] = trimmed.split('/')
  if (more.length > 0 || (suffix !== undefined && !/^\d{1,3}$/.test(suffix))) return undefined
  const isDotted = bare.includes('.')
  const isIpv4 = isDotted && !bare.includes(':')
  const plain = isDotted && !isIpv4 ? undotted(bare) : bare
  const ipv4 = isIpv4 ? parseIpv4(bare) : undefined
  const address = isIpv4 ? (ipv4 === undefined ? undefined : MAPPED | BigInt(ipv4.address)) : parseGroups(plain ?? '-')
  const prefix = suffix === undefined ? BITS : Number(suffix) + (isDotted ? 96 : 0)
  if (address === undefined || prefix > BITS) return undefined
  return { address: maskedIpv6(address, prefix), prefix, isIpv4 }
}

/** All eight groups with four digits each. */
export function formatIpv6(address: bigint): string {
  return (address.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':')
}

/** For comparisons an IPv4-compatible address (`::1.2.3.4`) is the IPv4 address (recorded: docs/ipv6-compare-function). */
function comparable(address: bigint): bigint {
  return address >> 32n === 0n && address > 0xffffn ? address | MAPPED : address
}

/** -1, 0 or 1 under the shortest of the three prefixes. */
export function compareIpv6(left: Ipv6, right: Ipv6, prefix: number): number {
  const shortest = Math.min(left.prefix, right.prefix, prefix)
  const [a, b] = [left, right].map(({ address }) => maskedIpv6(comparable(address), shortest)) as [bigint, bigint]
  return a === b ? 0 : a < b ? -1 : 1
}

/** What addresses of a block of this prefix have in common. */
export const ipv6Network = ({ address }: Ipv6, prefix: number): bigint => maskedIpv6(comparable(address), prefix)

export function isInIpv6Range(ip: Ipv6, range: Ipv6): boolean {
  return ipv6Network(ip, range.prefix) === ipv6Network(range, range.prefix)
}
