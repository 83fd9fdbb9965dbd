import { long } from '../../../sql/build.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { geoJson } from './geohash.ts'
import { cellAt, neighboursOf, parseToken, placeIn, tokenOf } from './s2-cell.ts'
import { isCoordinate, toDegrees, toVector } from './sphere.ts'

/** Corners of a cell in order, the first again at the end. */
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]] as const // prettier-ignore

export const s2Entries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'geo_point_to_s2cell',
    page: 'geo-point-to-s2cell-function',
    takes: ['real', 'real', 'long'],
    defaults: { 2: long(11) },
    returns: 'string',
    run: (longitude, latitude, level) => {
      if (longitude === null || latitude === null || level === null || !isCoordinate(longitude, latitude)) return ''
      return level >= 0n && level <= 30n ? tokenOf(cellAt(toVector(longitude, latitude), Number(level))) : ''
    },
  }),
  nativeScalar({
    name: 'geo_s2cell_to_central_point',
    page: 'geo-s2cell-to-central-point-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (token) => {
      const cell = parseToken(token)
      return cell === undefined ? null : geoJson('Point', [...toDegrees(placeIn(cell, 0.5, 0.5))])
    },
  }),
  nativeScalar({
    name: 'geo_s2cell_to_polygon',
    page: 'geo-s2cell-to-polygon-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (token) => {
      const cell = parseToken(token)
      return cell === undefined
        ? null
        : geoJson('Polygon', [CORNERS.map(([s, t]) => [...toDegrees(placeIn(cell, s, t))])])
    },
  }),
  nativeScalar({
    name: 'geo_s2cell_neighbors',
    page: 'geo-s2cell-neighbors-function',
    takes: ['string'],
    returns: 'dynamic',
    tolerance: 'the order of the neighbours may be another',
    run: (token) => {
      const cell = parseToken(token)
      return cell === undefined ? null : neighboursOf(cell).map(tokenOf)
    },
  }),
]
