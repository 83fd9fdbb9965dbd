/** H3 cells: https://h3geo.org. The service runs the library of that project, and so does this. */
import { createRequire } from 'node:module'
import type * as H3 from 'h3-js'
import { REFUSAL } from '../../../errors.ts'
import { long } from '../../../sql/build.ts'
import { isObject, printJson, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { refuseRadius } from './coverings.ts'
import { geoJson } from './geohash.ts'
import { polygonsOf } from './shapes.ts'
import { isCoordinate } from './sphere.ts'

type Library = typeof H3

let loaded: Library | undefined

/** Takes 0.1 s to load, so it waits for the first query that needs it. */
function h3(): Library {
  loaded ??= createRequire(import.meta.url)('h3-js') as Library
  return loaded
}

const MAX_LEVEL = 15n
/** Children may be so many levels below their cell, rings so far around it; see the reference. */
const MAX_DEPTH = 5n
const MAX_DISTANCE = 142n
/** Stands for «the next level». */
const NEXT = -1n

const isCell = (token: string): boolean => h3().isValidCell(token)
const levelOf = (token: string): bigint => BigInt(h3().getResolution(token))

/** Of a polygon; beyond this the service answers null. */
const MOST_CELLS = 61_680
/** So many times more cells than that, by area, leave no doubt, however unequal the cells are. */
const SURELY_MORE = 10

type Rings = readonly (readonly (readonly number[])[])[]

/** Share of the globe; edges are straight on the map here. */
function shareOf([shell]: Rings): number {
  const points = (shell ?? []).map(([lng = 0, lat = 0]) => [lng / 360, Math.sin((lat * Math.PI) / 180)] as const)
  const sum = points.reduce((total, [x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % points.length] ?? [0, 0]
    return total + x * nextY - nextX * y
  }, 0)
  return Math.abs(sum) / 4
}

/** Share of the globe of what lies between the outermost longitudes and latitudes: the library searches all of it. */
function searchedShareOf([shell]: Rings): number {
  const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)
  const points = shell ?? []
  const width = extent(points.map(([lng = 0]) => lng))
  const height = extent(points.map(([, lat = 0]) => Math.sin((lat * Math.PI) / 180)))
  return ((width > 180 ? 360 - width : width) / 360) * (height / 2)
}

/** Takes the library a few seconds. */
const MOST_SEARCHED = 3_000_000

const refuse = (what: string): never => {
  throw new Error(`${REFUSAL}geo_polygon_to_h3cells ${what}`)
}

/** The cells whose middle lies inside, as the page says; null where there are too many. */
function cellsOf(polygons: readonly Rings[], level: number): Json {
  const total = h3().getNumCells(level)
  if (polygons.some((rings) => shareOf(rings) * total > SURELY_MORE * MOST_CELLS)) return null
  const searched = polygons.reduce((sum, rings) => sum + searchedShareOf(rings) * total, 0)
  if (searched > MOST_SEARCHED) refuse('of shapes so thin that few of the cells around them are theirs')
  const cells = new Set(polygons.flatMap((rings) => cellsWithin(rings, level)))
  return cells.size > MOST_CELLS ? null : [...cells]
}

function cellsWithin(rings: Rings, level: number): string[] {
  try {
    return h3().polygonToCells(rings as number[][][], level, true)
  } catch {
    // It says no more than that it failed: around a pole, for example.
    return refuse('of a shape that the library of H3 does not take')
  }
}

/** As numbers, where the service finds the shape valid. */
function ringsOf(shape: Json): readonly Rings[] | undefined {
  if (polygonsOf(shape) === undefined || !isObject(shape)) return undefined
  const plain = JSON.parse(printJson(shape.get('coordinates') ?? null)) as unknown
  return (shape.get('type') === 'Polygon' ? [plain] : plain) as readonly Rings[]
}

export const h3Entries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'geo_polygon_to_h3cells',
    page: 'geo-polygon-to-h3cells-function',
    takes: ['dynamic', 'long', 'real?'],
    defaults: { 1: long(6) },
    returns: 'dynamic',
    tolerance: 'the order of the cells may be another',
    refuses: refuseRadius,
    run: (shape, level) => {
      const polygons = ringsOf(shape)
      if (polygons === undefined || level === null || level < 0n || level > MAX_LEVEL) return null
      return cellsOf(polygons, Number(level))
    },
  }),
  nativeScalar({
    name: 'geo_point_to_h3cell',
    page: 'geo-point-to-h3cell-function',
    takes: ['real', 'real', 'long'],
    defaults: { 2: long(6) },
    returns: 'string',
    seesNulls: true,
    run: (longitude, latitude, level) => {
      if (longitude === null || latitude === null || level === null || !isCoordinate(longitude, latitude)) return ''
      return level >= 0n && level <= MAX_LEVEL ? h3().latLngToCell(latitude, longitude, Number(level)) : ''
    },
  }),
  nativeScalar({
    name: 'geo_h3cell_to_central_point',
    page: 'geo-h3cell-to-central-point-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (token) => (isCell(token) ? geoJson('Point', h3().cellToLatLng(token).toReversed()) : null),
  }),
  nativeScalar({
    name: 'geo_h3cell_to_polygon',
    page: 'geo-h3cell-to-polygon-function',
    takes: ['string'],
    returns: 'dynamic',
    // Closed, longitude first.
    run: (token) => (isCell(token) ? geoJson('Polygon', [h3().cellToBoundary(token, true)]) : null),
  }),
  nativeScalar({
    name: 'geo_h3cell_level',
    page: 'geo-h3cell-level-function',
    takes: ['string'],
    returns: 'int',
    run: (token) => (isCell(token) ? Number(levelOf(token)) : null),
  }),
  nativeScalar({
    name: 'geo_h3cell_parent',
    page: 'geo-h3cell-parent-function',
    takes: ['string', 'long'],
    defaults: { 1: long(NEXT) },
    returns: 'string',
    seesNulls: true,
    run: (token, level) => {
      if (level === null || !isCell(token)) return ''
      const wanted = level === NEXT ? levelOf(token) - 1n : level
      return wanted >= 0n && wanted < levelOf(token) ? h3().cellToParent(token, Number(wanted)) : ''
    },
  }),
  nativeScalar({
    name: 'geo_h3cell_children',
    page: 'geo-h3cell-children-function',
    takes: ['string', 'long'],
    defaults: { 1: long(NEXT) },
    returns: 'dynamic',
    run: (token, level) => {
      if (level === null || !isCell(token)) return null
      const [own, wanted] = [levelOf(token), level === NEXT ? levelOf(token) + 1n : level]
      if (wanted <= own || wanted > MAX_LEVEL || wanted - own > MAX_DEPTH) return null
      return h3().cellToChildren(token, Number(wanted))
    },
  }),
  nativeScalar({
    name: 'geo_h3cell_neighbors',
    page: 'geo-h3cell-neighbors-function',
    takes: ['string'],
    returns: 'dynamic',
    tolerance: 'the order of the neighbours may be another',
    run: (token) => (isCell(token) ? (h3().gridDiskDistances(token, 1)[1] ?? []) : null),
  }),
  nativeScalar({
    name: 'geo_h3cell_rings',
    page: 'geo-h3cell-rings-function',
    takes: ['string', 'long'],
    returns: 'dynamic',
    run: (token, distance) =>
      distance !== null && isCell(token) && distance >= 0n && distance <= MAX_DISTANCE
        ? h3().gridDiskDistances(token, Number(distance))
        : null,
  }),
]
