import type { Json } from '../../../values/json.ts'
import { long } from '../../../sql/build.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { isCoordinate } from './sphere.ts'

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'
const MAX_LENGTH = 18

/** `length` characters of five bits, longitude and latitude by turns, longitude first. */
export function encodeGeohash(longitude: number, latitude: number, length: number): string {
  const box = { lng: [-180, 180] as [number, number], lat: [-90, 90] as [number, number] }
  let hash = ''
  for (let bit = 0, value = 0; hash.length < length; bit++) {
    const isLongitude = bit % 2 === 0
    const range = isLongitude ? box.lng : box.lat
    const half = (range[0] + range[1]) / 2
    const isUpper = (isLongitude ? longitude : latitude) >= half
    range[isUpper ? 0 : 1] = half
    value = value * 2 + (isUpper ? 1 : 0)
    if (bit % 5 !== 4) continue
    hash += ALPHABET.charAt(value)
    value = 0
  }
  return hash
}

export interface Box {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

/** Undefined where the text is no geohash. */
export function decodeGeohash(hash: string): Box | undefined {
  if (hash === '' || hash.length > MAX_LENGTH) return undefined
  let [west, east, south, north] = [-180, 180, -90, 90]
  let isLongitude = true
  for (const character of hash.toLowerCase()) {
    const value = ALPHABET.indexOf(character)
    if (value === -1) return undefined
    for (let mask = 16; mask > 0; mask >>= 1) {
      const isUpper = (value & mask) !== 0
      const half = isLongitude ? (west + east) / 2 : (south + north) / 2
      if (isLongitude && isUpper) west = half
      else if (isLongitude) east = half
      else if (isUpper) south = half
      else north = half
      isLongitude = !isLongitude
    }
  }
  return { west, east, south, north }
}

/** Steps to the neighbours in the order of the reference's example (east, north). */
const STEPS = [[-1, -1], [-1, 1], [1, -1], [0, 1], [-1, 0], [1, 1], [1, 0], [0, -1]] as const // prettier-ignore

/** Around the date line, but not over a pole; undefined where the text is no geohash. */
function neighbours(hash: string): string[] | undefined {
  const box = decodeGeohash(hash)
  if (box === undefined) return undefined
  const [width, height] = [box.east - box.west, box.north - box.south]
  return STEPS.flatMap(([east, north]) => {
    const latitude = (box.south + box.north) / 2 + north * height
    if (Math.abs(latitude) > 90) return []
    const longitude = (box.west + box.east) / 2 + east * width
    const turned = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
    return [encodeGeohash(turned, latitude, hash.length)]
  })
}

export const geoJson = (type: string, coordinates: Json): Json =>
  new Map<string, Json>([
    ['type', type],
    ['coordinates', coordinates],
  ])

export const geohashEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'geo_point_to_geohash',
    page: 'geo-point-to-geohash-function',
    takes: ['real', 'real', 'long'],
    defaults: { 2: long(5) },
    returns: 'string',
    run: (longitude, latitude, length) => {
      if (longitude === null || latitude === null || length === null || !isCoordinate(longitude, latitude)) return ''
      return length >= 1n && length <= MAX_LENGTH ? encodeGeohash(longitude, latitude, Number(length)) : ''
    },
  }),
  nativeScalar({
    name: 'geo_geohash_to_central_point',
    page: 'geo-geohash-to-central-point-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (hash) => {
      const box = decodeGeohash(hash)
      return box === undefined ? null : geoJson('Point', [(box.west + box.east) / 2, (box.south + box.north) / 2])
    },
  }),
  nativeScalar({
    name: 'geo_geohash_to_polygon',
    page: 'geo-geohash-to-polygon-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (hash) => {
      const box = decodeGeohash(hash)
      if (box === undefined) return null
      const { west, east, south, north } = box
      return geoJson('Polygon', [[[west, south], [east, south], [east, north], [west, north], [west, south]]]) // prettier-ignore
    },
  }),
  nativeScalar({
    name: 'geo_geohash_neighbors',
    page: 'geo-geohash-neighbors-function',
    takes: ['string'],
    returns: 'dynamic',
    tolerance: 'the order of the neighbours may be another',
    run: (hash) => neighbours(hash) ?? null,
  }),
]
