import type { Json } from '../../../values/json.ts'
import { nativeScalar } from '../native.ts'
import { geoJson } from './geohash.ts'

/** How many parentheses enclose a position. */
const TYPES: Readonly<Record<string, readonly [type: string, depth: number]>> = {
  POINT: ['Point', 0],
  LINESTRING: ['LineString', 1],
  POLYGON: ['Polygon', 2],
  MULTIPOINT: ['MultiPoint', 1],
  MULTILINESTRING: ['MultiLineString', 2],
  MULTIPOLYGON: ['MultiPolygon', 3],
}

/** `1 2, 3 4` or `(…), (…)`: what stands between commas outside parentheses. */
function parts(text: string): string[] {
  const found: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at)
    if (character === '(') depth++
    else if (character === ')') depth--
    else if ((character === ',' && depth === 0) || at === text.length) {
      found.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  return found
}

const inner = (text: string): string | undefined => /^\(([^]*)\)$/.exec(text.trim())?.[1]

function position(text: string): Json | undefined {
  const numbers = text.trim().split(/\s+/).map(Number)
  return numbers.length >= 2 && numbers.every(Number.isFinite) ? numbers.slice(0, 2) : undefined
}

function coordinates(text: string, depth: number): Json | undefined {
  if (depth === 0) return position(inner(text) ?? text)
  const list = inner(text)
  if (list === undefined) return undefined
  const items = parts(list).map((part) => coordinates(part, depth - 1))
  return items.every((item) => item !== undefined) ? items : undefined
}

/** GeoJSON of a well-known text; null where it is none. */
export function parseWkt(text: string): Json {
  const [, name = '', rest = ''] = /^\s*([a-z]+)\s*(\([^]*\))\s*$/i.exec(text) ?? []
  if (name.toUpperCase() === 'GEOMETRYCOLLECTION') {
    const geometries = parts(inner(rest) ?? '').map(parseWkt)
    if (geometries.includes(null)) return null
    return new Map<string, Json>([
      ['type', 'GeometryCollection'],
      ['geometries', geometries],
    ])
  }
  const known = TYPES[name.toUpperCase()]
  const found = known === undefined ? undefined : coordinates(rest, known[1])
  return known === undefined || found === undefined ? null : geoJson(known[0], found)
}

export const geoFromWkt = nativeScalar({
  name: 'geo_from_wkt',
  page: 'geo-from-wkt-function',
  takes: ['string'],
  returns: 'dynamic',
  run: parseWkt,
})
