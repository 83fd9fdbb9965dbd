import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { Reader, type CityResponse } from 'mmdb-lib'
import { BackendError } from '../../domain/errors.ts'
import type { Json } from '../../kql/index.ts'

/** A record of MaxMind's City databases, as far as Kusto's function tells of it. Every part may be missing. */
interface CityRecord {
  readonly country?: Named
  readonly subdivisions?: readonly Named[]
  readonly city?: Named
  readonly location?: { readonly latitude?: number; readonly longitude?: number }
}
interface Named {
  readonly names?: { readonly en?: string }
}

/**
 * Places of addresses from a MaxMind database of cities. The service uses GeoLite2-City
 * (https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function).
 */
export class IpLocations {
  readonly #path: string
  #reader: Reader<CityResponse> | undefined

  /** Reads nothing yet. */
  constructor(path: string) {
    this.#path = path
  }

  /** Reads the database, once. Rejects with BackendError `local/ip-locations`. */
  async open(): Promise<void> {
    if (this.#reader !== undefined) return
    try {
      this.#reader = new Reader<CityResponse>(await readFile(this.#path))
    } catch (cause) {
      throw new BackendError({
        code: 'local/ip-locations',
        message: `cannot read the database of places ${this.#path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: 'name a MaxMind database of cities, such as GeoLite2-City.mmdb, in the setting ipLocations (HUNT_IP_LOCATIONS)',
        cause,
      })
    }
  }

  /** Null for what is no address and for an address without a place. Only after `open`. */
  find(address: string): Json {
    if (this.#reader === undefined) throw new Error('the database of places is not open')
    const version = isIP(address)
    // A zone (`fe80::1%eth0`) is of one machine; and a database of version 4 has no place for longer addresses.
    if (version === 0 || address.includes('%') || version > this.#reader.metadata.ipVersion) return null
    const found: CityRecord | null = this.#reader.get(address)
    return found === null ? null : placeOf(found)
  }
}

function placeOf({ country, subdivisions, city, location }: CityRecord): Json {
  const members: readonly (readonly [string, string | number | undefined])[] = [
    ['country', country?.names?.en],
    ['state', subdivisions?.[0]?.names?.en],
    ['city', city?.names?.en],
    ['latitude', location?.latitude],
    ['longitude', location?.longitude],
  ]
  const known = members.flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]]))
  return known.length === 0 ? null : new Map(known)
}
