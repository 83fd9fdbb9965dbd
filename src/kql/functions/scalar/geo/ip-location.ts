import { BlockList, isIP } from 'node:net'
import { REFUSAL } from '../../../errors.ts'
import type { Json } from '../../../values/json.ts'
import { toStorage } from '../../../values/json.ts'
import { call } from '../../../sql/build.ts'
import { arg, learn, scalar, type NativeFunction } from '../../entry.ts'
import { argumentSql } from '../native.ts'

/** What is known of an IPv4 or IPv6 address, as the function's page describes it; null for an address without a place. */
export type FindIpLocation = (address: string) => Json

const NATIVE = 'kql_geo_info_from_ip_address'

/** The name of the function in queries. */
export const IP_LOCATION_FUNCTION = 'geo_info_from_ip_address'

/** Its native reads a database of the user's, so it belongs to an engine and not to the catalogue. */
export const geoInfoFromIpAddress = scalar({
  name: IP_LOCATION_FUNCTION,
  docs: learn('geo-info-from-ip-address-function'),
  nulls: 'null',
  tolerance:
    'places are those of the database that the setting `ipLocations` names; without one a query is refused once a row has an address that may have a place',
  sql: (args, info) => call(NATIVE, argumentSql(arg(args, 0, info), 'string', info)),
})

/** Networks of nobody, or of everybody, which have no place: the registries of RFC 6890, and multicast. */
const PLACELESS = new BlockList()
const NETWORKS_4 = '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3' // prettier-ignore
const NETWORKS_6 = '::/128 ::1/128 fc00::/7 fe80::/10 ff00::/8 2001:db8::/32'
for (const [networks, family] of [
  [NETWORKS_4, 'ipv4'],
  [NETWORKS_6, 'ipv6'],
] as const) {
  // prettier-ignore
  for (const network of networks.split(' ')) {
    const [address = '', bits] = network.split('/')
    PLACELESS.addSubnet(address, Number(bits), family)
  }
}

/**
 * Without a database only what has no place anywhere can be answered: a query over no rows, or over a network's own
 * addresses, needs none. For all other addresses null would be a wrong answer.
 */
export const findWithoutDatabase: FindIpLocation = (address) => {
  const version = isIP(address)
  if (version === 0 || address.includes('%') || PLACELESS.check(address, version === 4 ? 'ipv4' : 'ipv6')) return null
  throw new Error(
    `${REFUSAL}${IP_LOCATION_FUNCTION}() of a public address without a database of places; name a GeoLite2-City.mmdb (MaxMind) in the setting ipLocations, or join a watchlist of networks with ipv4_lookup`,
  )
}

export function ipLocationNative(find: FindIpLocation): NativeFunction {
  return {
    name: NATIVE,
    takes: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (address) => toStorage(find(String(address))),
  }
}
