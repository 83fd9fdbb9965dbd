/** GeoJSON of what the constructions make. */
import type { Json } from '../../../values/json.ts'
import { toDegrees, type Vector } from './sphere.ts'

/** Longitude and latitude in degrees. */
export type Place = readonly [longitude: number, latitude: number]

const shape = (type: string, coordinates: Json): Json =>
  new Map<string, Json>([
    ['type', type],
    ['coordinates', coordinates],
  ])

const path = (places: readonly Place[]): Json => places.map((place) => [...place])

/** GeoJSON of a point. */
export const pointJson = (point: Vector): Json => shape('Point', [...toDegrees(point)])

/** A LineString, or a MultiLineString of more than one. */
export function linesJson(lines: readonly (readonly Place[])[]): Json {
  const [only] = lines
  return only !== undefined && lines.length === 1
    ? shape('LineString', path(only))
    : shape('MultiLineString', lines.map(path))
}

/** A Polygon of a shell and its holes, or a MultiPolygon of more than one. The last corner of a ring is its first. */
export function polygonsJson(polygons: readonly (readonly (readonly Place[])[])[]): Json {
  const [only] = polygons
  if (only !== undefined && polygons.length === 1) return shape('Polygon', only.map(path))
  return shape(
    'MultiPolygon',
    polygons.map((rings) => rings.map(path)),
  )
}

/** What shapes have in common that do not touch. */
export const nothingJson = (): Json =>
  new Map<string, Json>([
    ['type', 'GeometryCollection'],
    ['geometries', []],
  ])
