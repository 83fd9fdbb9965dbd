/** Functions that make a shape of shapes. What rounding decides inside of the service is refused when the rows show it. */
import { REFUSAL } from '../../../errors.ts'
import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { circle } from './circle.ts'
import { densified, placesOf } from './densify.ts'
import { linesJson, nothingJson, pointJson, polygonsJson, type Place } from './geo-json.ts'
import { common, cut, isTouching, middleOf, regionOf, unified, type Region } from './overlay.ts'
import { boundary, edgesOf, isInside, linesOf, polygonsOf, remembering, type Edge, type Polygon } from './shapes.ts'
import { angle, crossing, EARTH_RADIUS, isCoordinate, isSame, toDegrees, toVector, type Vector } from './sphere.ts'

const lines = remembering(linesOf)
const polygons = remembering(polygonsOf)

const page = (name: string): string => `${name.replaceAll('_', '-')}-function`
const refused = (what: string): Error => new Error(REFUSAL + what)

const regionJson = (region: Region): Json =>
  polygonsJson(region.map((ring) => [[...ring, ...ring.slice(0, 1)].map(toDegrees)]))

function commonLines(left: readonly Vector[][], right: readonly Vector[][], name: string): Json {
  const [a, b] = [left.flatMap(edgesOf), right.flatMap(edgesOf)]
  const [path] = left
  if (path !== undefined && isOne(left, right) && !crossesItself(path)) return linesJson([path.map(toDegrees)])
  if (isTouching(a, b)) throw refused(`${name} of lines that touch`)
  const points = a
    .flatMap((edge) => b.map((other) => crossing(...edge, ...other)))
    .filter((point) => point !== undefined)
  const [point] = points
  if (points.length > 1) throw refused(`${name} of lines that cross more than once`)
  return point === undefined ? nothingJson() : pointJson(point)
}

const isOne = (left: readonly Vector[][], right: readonly Vector[][]): boolean =>
  left.length === 1 &&
  right.length === 1 &&
  left[0]?.length === right[0]?.length &&
  (left[0] ?? []).every((point, at) => isSame(point, right[0]?.[at] ?? [0, 0, 0]))

/** Or touches itself. */
function crossesItself(path: readonly Vector[]): boolean {
  const edges = edgesOf(path)
  return edges.some((edge, at) => {
    const later = edges.slice(at + 2)
    return later.some((other) => crossing(...edge, ...other) !== undefined) || isTouching([edge], later)
  })
}

/** The parts of a line inside of polygons, in its own order. */
function lineInside(paths: readonly Vector[][], shape: readonly Polygon[], name: string): Json {
  const [edges, rim] = [paths.flatMap(edgesOf), boundary(shape)]
  if (isTouching(edges, rim)) throw refused(`${name} of a line that touches the polygon`)
  const inside = cut(edges, rim)[0].filter((piece) => isInside(middleOf(piece), shape))
  if (inside.length === 0) return nothingJson()
  const [path] = paths
  if (paths.length > 1 || path === undefined || crossesItself(path)) throw refused(`${name} of several lines, or one that crosses itself`) // prettier-ignore
  const parts: Vector[][] = []
  for (const { from, to } of inside) {
    const last = parts.at(-1)
    if (last?.at(-1) === from) last.push(to)
    else parts.push([from, to])
  }
  return linesJson(parts.map((part) => part.map(toDegrees)))
}

function commonPolygons(left: readonly Polygon[], right: readonly Polygon[], name: string): Json {
  const region = common(regionOf(left, name), regionOf(right, name))
  if (region === undefined) throw refused(`${name} of polygons that touch`)
  return region.length === 0 ? nothingJson() : regionJson(region)
}

/** Lines that share edges and make one path. */
function unionOfLines(paths: readonly Vector[][], name: string): Json {
  const keyOf = (point: Vector): string => point.join(' ')
  const edges = new Map<string, Edge>()
  for (const [from, to] of paths.flatMap(edgesOf)) edges.set(`${keyOf(from)} ${keyOf(to)}`, [from, to])
  const next = new Map([...edges.values()].map((edge) => [keyOf(edge[0]), edge]))
  const ends = new Set([...edges.values()].map(([, to]) => keyOf(to)))
  const starts = [...next.keys()].filter((key) => !ends.has(key))
  const path: Vector[] = []
  for (let edge = next.get(starts[0] ?? ''); edge !== undefined; edge = next.get(keyOf(edge[1]))) {
    if (path.length === 0) path.push(edge[0])
    path.push(edge[1])
  }
  const isPath = starts.length === 1 && next.size === edges.size && path.length === edges.size + 1
  if (!isPath || crossesItself(path)) throw refused(`${name} of lines that do not make one path`)
  return linesJson([path.map(toDegrees)])
}

/** A function of two shapes; null where one is invalid. */
const pairEntry = <A, B>(
  name: string,
  first: (shape: Json) => A | undefined,
  second: (shape: Json) => B | undefined,
  run: (left: A, right: B, name: string) => Json,
): ScalarEntry =>
  nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic', 'dynamic'],
    returns: 'dynamic',
    run: (left, right) => {
      const [a, b] = [first(left), second(right)]
      return a === undefined || b === undefined ? null : run(a, b, name)
    },
  })

/** A function of many shapes; null where one is invalid. */
const arrayEntry = <T>(
  name: string,
  parse: (shape: Json) => readonly T[] | undefined,
  run: (shapes: readonly (readonly T[])[], name: string) => Json,
): ScalarEntry =>
  nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic'],
    returns: 'dynamic',
    run: (array) => {
      if (!isArray(array)) return null
      const shapes = array.map(parse)
      if (!shapes.every((shape) => shape !== undefined)) return null
      if (shapes.length === 0) throw refused(`${name} of an empty array`)
      return run(shapes, name)
    },
  })

const hasSeveral = (shapes: readonly (readonly unknown[])[]): boolean => shapes.some((parts) => parts.length > 1)

const densifyEntry = (
  name: string,
  parse: (shape: Json) => unknown,
  make: (paths: readonly (readonly Place[])[], shape: Json) => Json,
): ScalarEntry =>
  nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic', 'real?', 'bool?'],
    returns: 'dynamic',
    run: (shape, tolerance) => {
      const places = placesOf(shape)
      const isBeyond = places.flat().some(([longitude]) => Math.abs(longitude) > 180)
      // Recorded: docs/geo-line-densify-function-02 takes a longitude of 300, and its page does not.
      if (isBeyond && places.flat().every(([, latitude]) => isCoordinate(0, latitude))) throw refused(`${name} of a longitude beyond 180`) // prettier-ignore
      const meters = tolerance ?? 10
      if (parse(shape) === undefined || !(meters >= 0.1 && meters <= 10_000)) return null
      return make(
        places.map((path) => densified(path, meters, name)),
        shape,
      )
    },
  })

/** Rings to the polygons of the shape that they come from. */
function ringsJson(rings: readonly (readonly Place[])[], shape: Json): Json {
  const rest = [...rings]
  const counts = polygons(shape)?.map(({ length }) => length) ?? []
  return polygonsJson(counts.map((count) => rest.splice(0, count)))
}

/** Where all corners lie within the tolerance nothing is left of the shape; what is left of others is the service's choice. */
const simplifyEntry = (name: string, parse: (shape: Json) => Vector[] | undefined): ScalarEntry =>
  nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic', 'real?'],
    returns: 'dynamic',
    run: (shape, tolerance) => {
      const corners = parse(shape)
      const reach = (tolerance ?? 10) / EARTH_RADIUS
      if (corners === undefined || reach < 0) return null
      if (corners.every((one) => corners.every((other) => angle(one, other) < reach))) return null
      throw refused(`${name} of a shape larger than the tolerance`)
    },
  })

/** Buffers with edges are refused; an invalid shape or radius gives null. */
const bufferEntry = (name: string, parse: (shape: Json) => unknown): ScalarEntry =>
  nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic', 'real', 'real?'],
    returns: 'dynamic',
    run: (shape, radius) => {
      if (parse(shape) === undefined || radius === null || !(radius > 0)) return null
      throw refused(`${name} of a valid shape`)
    },
  })

const cornersOfAll = (array: Json): Vector[] | undefined => {
  const shapes = isArray(array) ? array.map(polygons) : []
  return shapes.every((shape) => shape !== undefined) && shapes.length > 0 ? shapes.flat(3) : undefined
}

export const constructionEntries: readonly ScalarEntry[] = [
  pairEntry('geo_intersection_2lines', lines, lines, commonLines),
  pairEntry('geo_intersection_line_with_polygon', lines, polygons, lineInside),
  pairEntry('geo_intersection_2polygons', polygons, polygons, commonPolygons),
  arrayEntry('geo_union_lines_array', lines, (shapes, name) => unionOfLines(shapes.flat(), name)),
  arrayEntry('geo_union_polygons_array', polygons, (shapes, name) => {
    if (hasSeveral(shapes)) throw refused(`${name} of a MultiPolygon`)
    return regionJson(unified(shapes.flat(), name).flat())
  }),
  densifyEntry('geo_line_densify', lines, (paths) => linesJson(paths)),
  densifyEntry('geo_polygon_densify', polygons, ringsJson),
  simplifyEntry('geo_line_simplify', (shape) => lines(shape)?.flat()),
  simplifyEntry('geo_polygon_simplify', (shape) => polygons(shape)?.flat(2)),
  simplifyEntry('geo_simplify_polygons_array', cornersOfAll),
  bufferEntry('geo_line_buffer', lines),
  bufferEntry('geo_polygon_buffer', polygons),
  nativeScalar({
    name: 'geo_point_buffer',
    page: 'geo-point-buffer-function',
    takes: ['real', 'real', 'real', 'real?'],
    returns: 'dynamic',
    run: (longitude, latitude, radius, tolerance) => {
      if (longitude === null || latitude === null || radius === null) return null
      const meters = tolerance ?? 10
      if (!isCoordinate(longitude, latitude) || !(radius > 0) || !(meters > 0)) return null
      if (radius >= (Math.PI / 2) * EARTH_RADIUS) throw refused('geo_point_buffer around a quarter of the globe')
      // The page says that it should not be lower, not what follows.
      if (meters < radius * 1e-6) throw refused('geo_point_buffer with a tolerance below a millionth of the radius')
      return regionJson([circle(toVector(longitude, latitude), radius / EARTH_RADIUS, meters / EARTH_RADIUS)])
    },
  }),
]
