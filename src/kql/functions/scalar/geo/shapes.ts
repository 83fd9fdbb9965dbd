/** GeoJSON lines and polygons as vectors. What the service calls invalid is undefined here. */
import { isArray, isObject, type Json } from '../../../values/json.ts'
import {
  angle,
  cross,
  crossing,
  dot,
  isCoordinate,
  length,
  normal,
  isSame,
  plus,
  scaled,
  toVector,
  unit,
  type Vector,
} from './sphere.ts'

export type Edge = readonly [Vector, Vector]
/** Vertices in order, the first not repeated at the end, the interior on the left. */
export type Ring = readonly Vector[]
/** The shell and its holes. */
export type Polygon = readonly [Ring, ...Ring[]]

function parsePoint(value: Json): Vector | undefined {
  if (!isArray(value) || value.length < 2) return undefined
  const [longitude, latitude] = [Number(value[0]), Number(value[1])]
  return isCoordinate(longitude, latitude) ? toVector(longitude, latitude) : undefined
}

function parseAll<T>(value: Json, parse: (item: Json) => T | undefined): T[] | undefined {
  if (!isArray(value)) return undefined
  const items = value.map(parse)
  return items.every((item) => item !== undefined) ? items : undefined
}

function parsePath(value: Json): Vector[] | undefined {
  const points = parseAll(value, parsePoint)
  if (points === undefined || points.length < 2) return undefined
  return edgesOf(points).some(([a, b]) => isSame(a, b)) ? undefined : points
}

export function edgesOf(points: readonly Vector[]): Edge[] {
  return points.slice(1).map((point, at) => [points[at] ?? point, point])
}

export function ringEdges(ring: Ring): Edge[] {
  const [first] = ring
  return first === undefined ? [] : edgesOf([...ring, first])
}

/** Twice the area as a vector: it points to the middle of what lies to the left. */
export function moment(ring: Ring): Vector {
  return ringEdges(ring).reduce<Vector>(
    (sum, [a, b]) => {
      const across = normal(a, b)
      const size = length(across)
      return size === 0 ? sum : plus(sum, scaled(across, angle(a, b) / size))
    },
    [0, 0, 0],
  )
}

const middle = (ring: Ring): Vector => ring.reduce(plus)

/** At least three vertices, all different, no edges that cross; turned so that the smaller side is inside. */
function parseRing(value: Json): Ring | undefined {
  const points = parseAll(value, parsePoint)
  const [first] = points ?? []
  const last = points?.at(-1)
  if (points === undefined || first === undefined || last === undefined || !isSame(first, last)) return undefined
  const ring = points.slice(0, -1)
  if (ring.length < 3 || hasTwins(ring) || hasCrossing(ring)) return undefined
  return dot(moment(ring), middle(ring)) < 0 ? ring.toReversed() : ring
}

const hasTwins = (ring: Ring): boolean => new Set(ring.map((point) => point.join(' '))).size < ring.length

/** Comparing all edges costs the square of their number; a ring beyond this is taken as it is. */
const MAX_CHECKED = 2_000

function hasCrossing(ring: Ring): boolean {
  const edges = ringEdges(ring)
  if (edges.length > MAX_CHECKED) return false
  return edges.some(([a, b], at) =>
    edges.slice(at + 1).some(([c, d]) => b !== c && a !== d && crossing(a, b, c, d) !== undefined),
  )
}

function parsePolygon(value: Json): Polygon | undefined {
  const [shell, ...holes] = parseAll(value, parseRing) ?? []
  return shell === undefined ? undefined : [shell, ...holes]
}

/** The paths of a LineString or MultiLineString. */
export function linesOf(shape: Json): Vector[][] | undefined {
  if (!isObject(shape)) return undefined
  const coordinates = shape.get('coordinates') ?? null
  if (shape.get('type') === 'LineString') return one(parsePath(coordinates))
  return shape.get('type') === 'MultiLineString' ? atLeastOne(parseAll(coordinates, parsePath)) : undefined
}

/** The polygons of a Polygon or MultiPolygon. */
export function polygonsOf(shape: Json): Polygon[] | undefined {
  if (!isObject(shape)) return undefined
  const coordinates = shape.get('coordinates') ?? null
  if (shape.get('type') === 'Polygon') return one(parsePolygon(coordinates))
  return shape.get('type') === 'MultiPolygon' ? atLeastOne(parseAll(coordinates, parsePolygon)) : undefined
}

const one = <T>(item: T | undefined): T[] | undefined => (item === undefined ? undefined : [item])
const atLeastOne = <T>(items: T[] | undefined): T[] | undefined => (items?.length === 0 ? undefined : items)

/** Remembers what a shape parses to: a shape is mostly the same for every row. */
export function remembering<T>(parse: (shape: Json) => T): (shape: Json) => T {
  const known = new WeakMap<object, unknown>()
  return (shape) => {
    if (typeof shape !== 'object' || shape === null) return parse(shape)
    if (!known.has(shape)) known.set(shape, parse(shape))
    return known.get(shape) as T
  }
}

interface Cap {
  readonly center: Vector
  /** Cosine of the angle from the center to its rim. */
  readonly rim: number
}

const caps = new WeakMap<Ring, Cap>()

/** A circle around all vertices. A smaller one than half the globe also holds all edges and what they enclose. */
function capOf(ring: Ring): Cap {
  const known = caps.get(ring)
  if (known !== undefined) return known
  const center = unit(middle(ring))
  const cap = { center, rim: ring.reduce((least, vertex) => Math.min(least, dot(vertex, center)), 1) }
  caps.set(ring, cap)
  return cap
}

/** Far more than rounding, far less than what tells two places apart. */
const SLACK = 1e-12

/** Does the ring wind around the point? */
function isInRing(point: Vector, ring: Ring): boolean {
  const { center, rim } = capOf(ring)
  const height = dot(point, center)
  // Around the opposite point of the globe it winds as well.
  if (!(height > 0) || (rim > 0 && height < rim - SLACK)) return false
  const winding = ringEdges(ring).reduce((sum, [a, b]) => {
    return sum + Math.atan2(dot(point, cross(a, b)), dot(a, b) - dot(a, point) * dot(b, point))
  }, 0)
  return Math.abs(winding) > Math.PI
}

export function isInside(point: Vector, polygons: readonly Polygon[]): boolean {
  return polygons.some(([shell, ...holes]) => isInRing(point, shell) && !holes.some((hole) => isInRing(point, hole)))
}

export const boundary = (polygons: readonly Polygon[]): Edge[] => polygons.flat().flatMap(ringEdges)
