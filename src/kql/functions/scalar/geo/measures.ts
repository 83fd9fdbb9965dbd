import { REFUSAL, unsupported } from '../../../errors.ts'
import { isObject, type Json } from '../../../values/json.ts'
import type { CallInfo, ScalarEntry, SqlArg } from '../../entry.ts'
import { nativeScalar, type NativeForms } from '../native.ts'
import {
  boundary,
  edgesOf,
  isInside,
  linesOf,
  moment,
  polygonsOf,
  remembering,
  type Edge,
  type Polygon,
  type Ring,
} from './shapes.ts'
import { pointJson } from './geo-json.ts'
import { unified } from './overlay.ts'
import {
  angle,
  azimuth,
  crossing,
  EARTH_RADIUS,
  isCoordinate,
  length,
  nearestOnEdge,
  plus,
  scaled,
  toVector,
  triangleArea,
  unit,
  type Vector,
} from './sphere.ts'

const lines = remembering((shape) => linesOf(shape)?.flatMap(edgesOf))
const polygons = remembering(polygonsOf)

const vectorOf = (longitude: number | null, latitude: number | null): Vector | undefined =>
  longitude !== null && latitude !== null && isCoordinate(longitude, latitude)
    ? toVector(longitude, latitude)
    : undefined

const page = (name: string): string => `${name.replaceAll('_', '-')}-function`

/** A function of two or more points; an invalid coordinate gives null. */
/** Distances on the sphere: that `use_spheroid` is false by default. */
function refuseSpheroid(args: readonly SqlArg[], index: number, info: CallInfo): void {
  const spheroid = args[index]
  if (spheroid !== undefined && spheroid.literal !== false)
    throw unsupported(`${info.name} on a spheroid`, spheroid.span)
}

function pointsEntry(name: string, count: 2 | 3, run: (...points: Vector[]) => number | undefined): ScalarEntry {
  return nativeScalar({
    name,
    page: page(name),
    takes: ['real', 'real', 'real', 'real', ...(count === 3 ? (['real', 'real'] as const) : (['bool?'] as const))],
    returns: 'real',
    refuses: (args, info) => {
      if (count === 2) refuseSpheroid(args, 4, info)
    },
    run: (...values) => {
      const numbers = values.slice(0, 2 * count).map(Number)
      const points = Array.from({ length: count }, (_, at) =>
        vectorOf(numbers[2 * at] ?? null, numbers[2 * at + 1] ?? null),
      )
      return points.every((point) => point !== undefined) ? (run(...points) ?? null) : null
    },
  })
}

function between(first?: Vector, second?: Vector, third?: Vector): number | undefined {
  if (first === undefined || second === undefined || third === undefined) return undefined
  const [back, on] = [azimuth(second, first), azimuth(second, third)]
  return back === undefined || on === undefined ? undefined : (on - back + 2 * Math.PI) % (2 * Math.PI)
}

const reach = (point: Vector, edges: readonly Edge[]): number =>
  edges.reduce((least, [a, b]) => Math.min(least, angle(point, nearestOnEdge(point, a, b))), Infinity)

function nearest(point: Vector, edges: readonly Edge[]): Vector {
  const candidates = edges.map(([a, b]) => nearestOnEdge(point, a, b))
  return candidates.reduce((best, candidate) => (angle(point, candidate) < angle(point, best) ? candidate : best))
}

const edgesLength = (edges: readonly Edge[]): number => edges.reduce((sum, [a, b]) => sum + angle(a, b), 0)

/** A function of a point and a shape. */
function pointShapeEntry<R extends 'real' | 'bool' | 'dynamic', T>(
  name: string,
  returns: R,
  parse: (shape: Json) => T | undefined,
  run: (point: Vector, shape: T) => NativeForms[R],
): ScalarEntry {
  return nativeScalar({
    name,
    page: page(name),
    takes: ['real', 'real', 'dynamic'],
    returns,
    remembersDynamics: true,
    run: (longitude, latitude, shape) => {
      const [point, parsed] = [vectorOf(longitude, latitude), parse(shape)]
      return point === undefined || parsed === undefined ? (null as NativeForms[R]) : run(point, parsed)
    },
  })
}

function shapeEntry<R extends 'real' | 'dynamic', T>(
  name: string,
  returns: R,
  parse: (shape: Json) => T | undefined,
  run: (shape: T) => NativeForms[R],
): ScalarEntry {
  return nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic'],
    returns,
    run: (shape) => {
      const parsed = parse(shape)
      return parsed === undefined ? (null as NativeForms[R]) : run(parsed)
    },
  })
}

/** A yes or no about two shapes. */
function touchEntry<A, B>(
  name: string,
  first: (shape: Json) => A | undefined,
  second: (shape: Json) => B | undefined,
  run: (left: A, right: B) => boolean,
): ScalarEntry {
  return nativeScalar({
    name,
    page: page(name),
    takes: ['dynamic', 'dynamic'],
    returns: 'bool',
    run: (left, right) => {
      const [a, b] = [first(left), second(right)]
      return a === undefined || b === undefined ? null : run(a, b)
    },
  })
}

const TOUCH = 1e-15

function touch(left: readonly Edge[], right: readonly Edge[]): boolean {
  return left.some(([a, b]) =>
    right.some(([c, d]) => {
      if (crossing(a, b, c, d) !== undefined) return true
      const ends = [angle(a, nearestOnEdge(a, c, d)), angle(b, nearestOnEdge(b, c, d))]
      return Math.min(...ends, angle(c, nearestOnEdge(c, a, b)), angle(d, nearestOnEdge(d, a, b))) < TOUCH
    }),
  )
}

type Shape = readonly Polygon[]

const isWithin = (inner: Shape, outer: Shape): boolean =>
  inner.some(([shell]) => shell[0] !== undefined && isInside(shell[0], outer))

const overlap = (left: Shape, right: Shape): boolean =>
  touch(boundary(left), boundary(right)) || isWithin(left, right) || isWithin(right, left)

const verdicts = new WeakMap<Shape, boolean>()

/** Whether any two parts overlap; remembered, because a shape is mostly the same for every row. */
function hasOverlaps(shape: Shape): boolean {
  const known = verdicts.get(shape)
  if (known !== undefined) return known
  const verdict = shape.some((part, at) => shape.slice(at + 1).some((other) => overlap([part], [other])))
  verdicts.set(shape, verdict)
  return verdict
}

/** A measure of polygons, of which the service joins those of a MultiPolygon first. */
function areaEntry<R extends 'real' | 'dynamic'>(
  name: string,
  returns: R,
  run: (shape: Shape) => NativeForms[R],
): ScalarEntry {
  return shapeEntry(name, returns, polygons, (shape) => run(hasOverlaps(shape) ? unified(shape, name) : shape))
}

/** On the unit sphere, on the left of the edges. */
function ringArea(ring: Ring): number {
  const [first, ...rest] = ring
  if (first === undefined) return 0
  return edgesOf(rest).reduce((sum, [a, b]) => sum + triangleArea(first, a, b), 0)
}

const polygonArea = ([shell, ...holes]: Polygon): number =>
  ringArea(shell) - holes.reduce((sum, hole) => sum + ringArea(hole), 0)

/** How far along the edges the point of them lies that is nearest, as a share of their length. */
function locate(point: Vector, edges: readonly Edge[]): number {
  let [passed, best, found] = [0, Infinity, 0]
  for (const [a, b] of edges) {
    const foot = nearestOnEdge(point, a, b)
    const away = angle(point, foot)
    if (away < best) [best, found] = [away, passed + angle(a, foot)]
    passed += angle(a, b)
  }
  return found / passed
}

/** The point at a fraction of the way along the edges. */
function along(edges: readonly Edge[], fraction: number): Vector {
  let rest = edgesLength(edges) * fraction
  for (const [a, b] of edges) {
    const way = angle(a, b)
    if (rest <= way) return unit(plus(scaled(a, Math.sin(way - rest)), scaled(b, Math.sin(rest))))
    rest -= way
  }
  return edges.at(-1)?.[1] ?? [1, 0, 0]
}

/** Mass of an edge lies along the bisector, as much as its chord says. */
const edgeMass = ([a, b]: Edge): Vector => {
  const sum = plus(a, b)
  return scaled(sum, length(plus(a, scaled(b, -1))) / length(sum))
}

export const measureEntries: readonly ScalarEntry[] = [
  pointsEntry('geo_distance_2points', 2, (a, b) => (a && b ? angle(a, b) * EARTH_RADIUS : undefined)),
  pointsEntry('geo_azimuth', 2, (a, b) => (a && b ? azimuth(a, b) : undefined)),
  pointsEntry('geo_angle', 3, between),
  nativeScalar({
    name: 'geo_point_in_circle',
    page: 'geo-point-in-circle-function',
    takes: ['real', 'real', 'real', 'real', 'real'],
    returns: 'bool',
    run: (longitude, latitude, centerLongitude, centerLatitude, radius) => {
      const [point, center] = [vectorOf(longitude, latitude), vectorOf(centerLongitude, centerLatitude)]
      if (point === undefined || center === undefined || radius === null || !(radius >= 0)) return null
      return angle(point, center) * EARTH_RADIUS <= radius
    },
  }),
  pointShapeEntry('geo_point_in_polygon', 'bool', polygons, isInside),
  pointShapeEntry('geo_distance_point_to_line', 'real', lines, (point, edges) => reach(point, edges) * EARTH_RADIUS),
  pointShapeEntry('geo_distance_point_to_polygon', 'real', polygons, (point, shape) =>
    isInside(point, shape) ? 0 : reach(point, boundary(shape)) * EARTH_RADIUS,
  ),
  pointShapeEntry('geo_closest_point_on_line', 'dynamic', lines, (point, edges) => pointJson(nearest(point, edges))),
  pointShapeEntry('geo_closest_point_on_polygon', 'dynamic', polygons, (point, shape) =>
    pointJson(isInside(point, shape) ? point : nearest(point, boundary(shape))),
  ),
  shapeEntry('geo_line_length', 'real', lines, (edges) => edgesLength(edges) * EARTH_RADIUS),
  shapeEntry('geo_line_centroid', 'dynamic', lines, (edges) => pointJson(unit(edges.map(edgeMass).reduce(plus)))),
  areaEntry('geo_polygon_perimeter', 'real', (shape) => edgesLength(boundary(shape)) * EARTH_RADIUS),
  areaEntry('geo_polygon_area', 'real', (shape) => {
    return shape.reduce((sum, polygon) => sum + polygonArea(polygon), 0) * EARTH_RADIUS ** 2
  }),
  areaEntry('geo_polygon_centroid', 'dynamic', (shape) => {
    const masses = shape.flatMap(([shell, ...holes]) => [
      moment(shell),
      ...holes.map((hole) => scaled(moment(hole), -1)),
    ])
    return pointJson(unit(masses.reduce(plus)))
  }),
  nativeScalar({
    name: 'geo_line_locate_point',
    page: 'geo-line-locate-point-function',
    takes: ['dynamic', 'real', 'real', 'bool?'],
    returns: 'real',
    refuses: (args, info) => refuseSpheroid(args, 3, info),
    run: (shape, longitude, latitude) => {
      const [edges, point] = [lines(shape), vectorOf(longitude, latitude)]
      if (edges === undefined || point === undefined) return null
      // The page forbids more than one line, and does not say what follows.
      if (isObject(shape) && shape.get('type') !== 'LineString') throw new Error(`${REFUSAL}geo_line_locate_point of several lines`) // prettier-ignore
      return locate(point, edges)
    },
  }),
  nativeScalar({
    name: 'geo_line_interpolate_point',
    page: 'geo-line-interpolate-point-function',
    takes: ['dynamic', 'real'],
    returns: 'dynamic',
    run: (shape, fraction) => {
      const edges = lines(shape)
      if (edges === undefined || fraction === null || !(fraction >= 0 && fraction <= 1)) return null
      return pointJson(along(edges, fraction))
    },
  }),
  touchEntry('geo_intersects_2lines', lines, lines, touch),
  touchEntry('geo_intersects_line_with_polygon', lines, polygons, (edges, shape) => {
    return touch(edges, boundary(shape)) || edges.some(([a]) => isInside(a, shape))
  }),
  touchEntry('geo_intersects_2polygons', polygons, polygons, overlap),
]
