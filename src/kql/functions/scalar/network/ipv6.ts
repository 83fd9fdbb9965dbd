import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import {
  compareIpv6,
  formatIpv6,
  ipv6Network,
  isInIpv6Range,
  maskedIpv6,
  parseIpv6,
  type Ipv6,
} from './ipv6-address.ts'
import { isInAnyOf } from './ranges.ts'

const isInAny = isInAnyOf(parseIpv6, ipv6Network)

function compare(left: string, right: string, prefix: bigint | null): number | null {
  const [first, second] = [parseIpv6(left), parseIpv6(right)]
  if (first === undefined || second === undefined || (prefix !== null && (prefix < 0n || prefix > 128n))) return null
  return compareIpv6(first, second, comparisonPrefix(first, second, prefix))
}

/** Between two IPv4 addresses the prefix argument counts their own 32 bits (the page's examples). */
function comparisonPrefix(left: Ipv6, right: Ipv6, prefix: bigint | null): number {
  if (prefix === null) return 128
  return left.isIpv4 && right.isIpv4 && prefix <= 32n ? Number(prefix) + 96 : Number(prefix)
}

export const ipv6Entries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'parse_ipv6',
    page: 'parse-ipv6-function',
    takes: ['string'],
    returns: 'string',
    run: (ip) => {
      const parsed = parseIpv6(ip)
      return parsed === undefined ? '' : formatIpv6(parsed.address)
    },
  }),
  nativeScalar({
    name: 'parse_ipv6_mask',
    page: 'parse-ipv6-mask-function',
    takes: ['string', 'long'],
    returns: 'string',
    run: (ip, prefix) => {
      const parsed = parseIpv6(ip)
      if (parsed === undefined || prefix === null || prefix < 0n || prefix > 128n) return ''
      return formatIpv6(maskedIpv6(parsed.address, Math.min(parsed.prefix, Number(prefix))))
    },
  }),
  nativeScalar({
    name: 'ipv6_compare',
    page: 'ipv6-compare-function',
    takes: ['string', 'string', 'long?'],
    returns: 'long',
    run: (left, right, prefix) => {
      const order = compare(left, right, prefix)
      return order === null ? null : BigInt(order)
    },
  }),
  nativeScalar({
    name: 'ipv6_is_match',
    page: 'ipv6-is-match-function',
    takes: ['string', 'string', 'long?'],
    returns: 'bool',
    run: (left, right, prefix) => {
      const order = compare(left, right, prefix)
      return order === null ? null : order === 0
    },
  }),
  nativeScalar({
    name: 'ipv6_is_in_range',
    page: 'ipv6-is-in-range-function',
    takes: ['string', 'string'],
    returns: 'bool',
    run: (ip, range) => {
      const [address, block] = [parseIpv6(ip), parseIpv6(range)]
      return address === undefined || block === undefined ? null : isInIpv6Range(address, block)
    },
  }),
  nativeScalar({
    name: 'ipv6_is_in_any_range',
    page: 'ipv6-is-in-any-range-function',
    takes: ['string', 'dynamic'],
    rest: 'dynamic',
    returns: 'bool',
    run: (ip, first, ...rest) => {
      const address = parseIpv6(ip)
      if (address === undefined) return null
      return [first, ...(rest as Json[])].some((list) => isInAny(address, list))
    },
  }),
]
