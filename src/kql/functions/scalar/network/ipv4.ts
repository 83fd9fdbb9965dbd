import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import {
  cidrList,
  compareIpv4,
  formatIpv4,
  isInRange,
  isPrivate,
  masked,
  parseIpv4,
  type Ipv4,
} from './ipv4-address.ts'
import { isInAnyOf } from './ranges.ts'

/** A prefix argument: 32 where left out, undefined where it is none. */
function prefixOf(value: bigint | null): number | undefined {
  if (value === null) return 32
  return value >= 0n && value <= 32n ? Number(value) : undefined
}

function compare(left: string, right: string, prefix: bigint | null): number | null {
  const [first, second, bits] = [parseIpv4(left), parseIpv4(right), prefixOf(prefix)]
  return first === undefined || second === undefined || bits === undefined ? null : compareIpv4(first, second, bits)
}

function inRange(ip: string, range: string): boolean | null {
  const [address, block] = [parseIpv4(ip), parseIpv4(range)]
  return address === undefined || block === undefined ? null : isInRange(address, block)
}

const isInAny = isInAnyOf(parseIpv4, ({ address }: Ipv4, prefix) => masked(address, prefix))

/** The address under the shorter of both prefixes; a number counts as an address without prefix. */
function shortened(ip: string, prefix: bigint | null): Ipv4 | undefined {
  const bits = prefixOf(prefix)
  const isNumber = /^\d+$/.test(ip) && Number(ip) <= 0xffff_ffff
  const parsed = isNumber ? { address: Number(ip), prefix: 32 } : parseIpv4(ip)
  if (parsed === undefined || bits === undefined) return undefined
  const shortest = Math.min(parsed.prefix, bits)
  return { address: masked(parsed.address, shortest), prefix: shortest }
}

export const ipv4Entries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'parse_ipv4',
    page: 'parse-ipv4-function',
    takes: ['string'],
    returns: 'long',
    run: (ip) => {
      const parsed = parseIpv4(ip)
      return parsed === undefined ? null : BigInt(parsed.address)
    },
  }),
  nativeScalar({
    name: 'parse_ipv4_mask',
    page: 'parse-ipv4-mask-function',
    takes: ['string', 'long'],
    returns: 'long',
    run: (ip, prefix) => {
      const parsed = shortened(ip, prefix)
      return parsed === undefined ? null : BigInt(parsed.address)
    },
  }),
  nativeScalar({
    name: 'format_ipv4',
    page: 'format-ipv4-function',
    takes: ['string', 'long?'],
    returns: 'string',
    run: (ip, prefix) => {
      const parsed = shortened(ip, prefix)
      return parsed === undefined ? '' : formatIpv4(parsed.address)
    },
  }),
  nativeScalar({
    name: 'format_ipv4_mask',
    page: 'format-ipv4-mask-function',
    takes: ['string', 'long?'],
    returns: 'string',
    run: (ip, prefix) => {
      const parsed = shortened(ip, prefix)
      return parsed === undefined ? '' : `${formatIpv4(parsed.address)}/${parsed.prefix}`
    },
  }),
  nativeScalar({
    name: 'ipv4_netmask_suffix',
    page: 'ipv4-netmask-suffix-function',
    takes: ['string'],
    returns: 'long',
    run: (ip) => {
      const parsed = parseIpv4(ip)
      return parsed === undefined ? null : BigInt(parsed.prefix)
    },
  }),
  nativeScalar({
    name: 'ipv4_compare',
    page: 'ipv4-compare-function',
    takes: ['string', 'string', 'long?'],
    returns: 'long',
    run: (left, right, prefix) => {
      const order = compare(left, right, prefix)
      return order === null ? null : BigInt(order)
    },
  }),
  nativeScalar({
    name: 'ipv4_is_match',
    page: 'ipv4-is-match-function',
    takes: ['string', 'string', 'long?'],
    returns: 'bool',
    run: (left, right, prefix) => {
      const order = compare(left, right, prefix)
      return order === null ? null : order === 0
    },
  }),
  nativeScalar({
    name: 'ipv4_is_in_range',
    page: 'ipv4-is-in-range-function',
    takes: ['string', 'string'],
    returns: 'bool',
    run: inRange,
  }),
  nativeScalar({
    name: 'ipv4_is_in_any_range',
    page: 'ipv4-is-in-any-range-function',
    takes: ['string', 'dynamic'],
    rest: 'dynamic',
    returns: 'bool',
    run: (ip, first, ...rest) => {
      const address = parseIpv4(ip)
      if (address === undefined) return null
      return [first, ...(rest as Json[])].some((list) => isInAny(address, list))
    },
  }),
  nativeScalar({
    name: 'ipv4_is_private',
    page: 'ipv4-is-private-function',
    takes: ['string'],
    returns: 'bool',
    run: (ip) => {
      const address = parseIpv4(ip)
      return address === undefined ? null : isPrivate(address)
    },
  }),
  nativeScalar({
    name: 'ipv4_range_to_cidr_list',
    page: 'ipv4-range-to-cidr-list-function',
    takes: ['string', 'string'],
    returns: 'dynamic',
    run: (start, end) => {
      const [first, last] = [parseIpv4(start), parseIpv4(end)]
      return first === undefined || last === undefined ? null : cidrList(first.address, last.address)
    },
  }),
]
