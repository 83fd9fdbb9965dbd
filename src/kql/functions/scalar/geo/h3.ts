/** H3 cells: https://h3geo.org. The service runs the library of that project, and so does this. */
import { createRequire } from 'node:module'
import type * as H3 from 'h3-js'
import { long } from '../../../sql/build.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { geoJson } from './geohash.ts'
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

export const h3Entries: readonly ScalarEntry[] = [
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
