/**
 * geo_line_densify, geo_polygon_densify: edges that are straight on the map become chains of geodesics. An edge is halved on
 * the map until two points of each half lie near enough, as the S2 library does it (S2EdgeTessellator).
 */
import { REFUSAL } from '../../../errors.ts'
import { isArray, isObject, type Json } from '../../../values/json.ts'
import { arcTangent, sineAndCosine } from './exact-trigonometry.ts'
import type { Place } from './geo-json.ts'
import { angle, EARTH_RADIUS, plus, scaled, toVector, unit, type Vector } from './sphere.ts'

/** Where on an edge the two lines are compared, from either end. */
const PROBE = 0.31215691082248312
/** Nowhere else on the edge they are farther apart than at the probe, divided by this. */
const SHARE_AT_PROBE = 0.83829992569888509

const between = ([a, b]: Place, [c, d]: Place, share: number): Place => [a + (c - a) * share, b + (d - b) * share]
const onSphere = ([longitude, latitude]: Place): Vector => toVector(longitude, latitude)

function alongGeodesic(a: Vector, b: Vector, share: number): Vector {
  const way = angle(a, b)
  return unit(plus(scaled(a, Math.sin(way * (1 - share))), scaled(b, Math.sin(way * share))))
}

const error = (from: Place, to: Place): number =>
  Math.max(
    ...[PROBE, 1 - PROBE].map((share) =>
      angle(alongGeodesic(onSphere(from), onSphere(to), share), onSphere(between(from, to, share))),
    ),
  )

/** The vertices after `from`, up to `to`. */
function chain(from: Place, to: Place, tolerance: number): Place[] {
  if (error(from, to) <= tolerance) return [to]
  const middle = between(from, to, 0.5)
  return [...chain(from, middle, tolerance), ...chain(middle, to, tolerance)]
}

/** To the sphere and back, as all coordinates of the service go. */
function rounded([longitude, latitude]: Place): Place {
  const [lng, lat] = [sineAndCosine(longitude * (Math.PI / 180)), sineAndCosine(latitude * (Math.PI / 180))]
  const [x, y] = [lng.cosine * lat.cosine, lng.sine * lat.cosine]
  return [arcTangent(y, x) * (180 / Math.PI), arcTangent(lat.sine, Math.sqrt(x * x + y * y)) * (180 / Math.PI)]
}

/** `meters` is what the page allows: 0.1 to 10,000. */
export function densified(path: readonly Place[], meters: number, name: string): Place[] {
  const tolerance = (meters / EARTH_RADIUS) * SHARE_AT_PROBE
  const places = path.flatMap((place, at): Place[] => {
    const before = path[at - 1]
    if (before === undefined) return [place]
    // Whether such an edge goes around the back of the globe, the page leaves open.
    if (Math.abs(before[0] - place[0]) > 180) throw new Error(`${REFUSAL}${name} over the antimeridian`)
    return chain(before, place, tolerance)
  })
  return places.map(rounded)
}

/** Coordinates of paths, however deep they lie in a valid shape. */
export function placesOf(shape: Json): Place[][] {
  const visit = (value: Json): Place[][] => {
    if (!isArray(value)) return []
    const isPath = value.every((item) => isArray(item) && !isArray(item[0] ?? null))
    if (!isPath) return value.flatMap(visit)
    return [value.map((item): Place => (isArray(item) ? [Number(item[0]), Number(item[1])] : [NaN, NaN]))]
  }
  return isObject(shape) ? visit(shape.get('coordinates') ?? null) : []
}
