import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { onceForList } from '../collections/once-for.ts'
import { nativeScalar } from '../native.ts'
import { parseIpv4 } from './ipv4-address.ts'

const ADDRESS = /(?<![\p{L}\p{N}])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}])/gu

/** Valid addresses in a text that stand between non-alphanumeric characters. */
export function addressesIn(source: string): string[] {
  const found: string[] = []
  for (ADDRESS.lastIndex = 0; ;) {
    const match = ADDRESS.exec(source)
    if (match === null) return found
    if (parseIpv4(match[0]) !== undefined) found.push(match[0])
    // In 1.2.3.4.5 both 1.2.3.4 and 2.3.4.5 are delimited.
    ADDRESS.lastIndex = match.index + 1
  }
}

/** An address, or one to three of its octets with a closing dot. */
export function isAddressPrefix(prefix: string): boolean {
  if (!prefix.endsWith('.')) return parseIpv4(prefix) !== undefined && !prefix.includes('/')
  const octets = prefix.slice(0, -1).split('.')
  return octets.length <= 3 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255)
}

interface Search {
  /** How one of the wanted is spelled among what an address has; undefined for one that no address has. */
  readonly wanted: (text: string) => string | undefined
  /** What a wanted one may be that an address is meant by. */
  readonly ofAddress: (address: string) => readonly string[]
}

const ADDRESSES: Search = { wanted: (ip) => ip.trim(), ofAddress: (address) => [address] }

const PREFIXES: Search = {
  wanted: (prefix) => (isAddressPrefix(prefix) ? prefix : undefined),
  // 10., 10.1., 10.1.2. and 10.1.2.3.
  ofAddress: (address) => {
    const octets = address.split('.')
    return [address, ...[1, 2, 3].map((count) => `${octets.slice(0, count).join('.')}.`)]
  },
}

function searchEntry(name: string, { wanted, ofAddress }: Search): ScalarEntry {
  const wantedOf = onceForList(
    (values) => new Set(values.map((value) => (typeof value === 'string' ? wanted(value) : undefined))),
  )
  return nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['string', 'dynamic'],
    rest: 'dynamic',
    returns: 'bool',
    run: (source, ...lists) => {
      const found = addressesIn(source).flatMap(ofAddress)
      if (found.length === 0) return false
      return (lists as Json[]).some((list) => {
        const known = wantedOf(list)
        return found.some((text) => known.has(text))
      })
    },
  })
}

export const ipSearchEntries: readonly ScalarEntry[] = [
  searchEntry('has_ipv4', ADDRESSES),
  searchEntry('has_any_ipv4', ADDRESSES),
  searchEntry('has_ipv4_prefix', PREFIXES),
  searchEntry('has_any_ipv4_prefix', PREFIXES),
]
