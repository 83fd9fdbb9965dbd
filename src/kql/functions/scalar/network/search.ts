import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
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

const hasAddress = (source: string, ip: string): boolean => addressesIn(source).includes(ip.trim())

const hasPrefix = (source: string, prefix: string): boolean =>
  isAddressPrefix(prefix) &&
  addressesIn(source).some((address) => (prefix.endsWith('.') ? address.startsWith(prefix) : address === prefix))

function searchEntry(name: string, test: (source: string, wanted: string) => boolean): ScalarEntry {
  return nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['string', 'dynamic'],
    rest: 'dynamic',
    returns: 'bool',
    run: (source, ...wanted) =>
      (wanted as Json[])
        .flatMap((value) => (isArray(value) ? value : [value]))
        .some((value) => typeof value === 'string' && test(source, value)),
  })
}

export const ipSearchEntries: readonly ScalarEntry[] = [
  searchEntry('has_ipv4', hasAddress),
  searchEntry('has_any_ipv4', hasAddress),
  searchEntry('has_ipv4_prefix', hasPrefix),
  searchEntry('has_any_ipv4_prefix', hasPrefix),
]
