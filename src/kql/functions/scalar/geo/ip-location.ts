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
  tolerance: 'places are those of the database that the setting `ipLocations` names; refused without one',
  sql: (args, info) => call(NATIVE, argumentSql(arg(args, 0, info), 'string', info)),
})

export function ipLocationNative(find: FindIpLocation): NativeFunction {
  return {
    name: NATIVE,
    takes: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (address) => toStorage(find(String(address))),
  }
}
