/** Geometry on the unit sphere with unit vectors; edges are geodesics. */
export type Vector = readonly [number, number, number]

/** The sphere that the service measures on (recorded: docs/geo-distance-2points-function-00). */
export const EARTH_RADIUS = 6_371_010

const DEGREE = Math.PI / 180

export const isCoordinate = (longitude: number, latitude: number): boolean =>
  Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90

export function toVector(longitude: number, latitude: number): Vector {
  const [lng, lat] = [longitude * DEGREE, latitude * DEGREE]
  return [Math.cos(lat) * Math.cos(lng), Math.cos(lat) * Math.sin(lng), Math.sin(lat)]
}

/** Longitude and latitude in degrees. */
export function toDegrees([x, y, z]: Vector): readonly [number, number] {
  return [Math.atan2(y, x) * (180 / Math.PI), Math.atan2(z, Math.sqrt(x * x + y * y)) * (180 / Math.PI)]
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by]
export const length = (a: Vector): number => Math.hypot(...a)
export const unit = (a: Vector): Vector => scaled(a, 1 / length(a))

export const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

/** `a × b` without the loss of digits that neighbours would suffer. */
export const normal = (a: Vector, b: Vector): Vector => scaled(cross(minus(a, b), plus(a, b)), 0.5)

/** Angle between two points, exact for small ones too. */
export const angle = (a: Vector, b: Vector): number => 2 * Math.atan2(length(minus(a, b)), length(plus(a, b)))

export const isSame = (a: Vector, b: Vector): boolean => angle(a, b) < 1e-15

/** Compass bearing of the way from `from` to `to`, clockwise from north, 0 to 2π. Undefined for equal and opposite points. */
export function azimuth(from: Vector, to: Vector): number | undefined {
  const way = angle(from, to)
  if (way < 1e-15 || Math.PI - way < 1e-15) return undefined
  const east: Vector = [-from[1], from[0], 0]
  const north = cross(from, east)
  const bearing = Math.atan2(dot(to, unit(east)), dot(to, unit(north)))
  return bearing < 0 ? bearing + 2 * Math.PI : bearing
}

/** The point of the edge from `a` to `b` that is nearest to `point`. */
export function nearestOnEdge(point: Vector, a: Vector, b: Vector): Vector {
  const across = normal(a, b)
  const size = length(across)
  if (size > 0) {
    const plane = scaled(across, 1 / size)
    const foot = plus(point, scaled(plane, -dot(point, plane)))
    const isBetween = dot(cross(a, foot), plane) >= 0 && dot(cross(foot, b), plane) >= 0
    if (isBetween && length(foot) > 0) return unit(foot)
  }
  return angle(point, a) <= angle(point, b) ? a : b
}

const side = (a: Vector, b: Vector, point: Vector): number => Math.sign(dot(normal(a, b), minus(point, a)))

/** Where the insides of two edges cross. */
export function crossing(a: Vector, b: Vector, c: Vector, d: Vector): Vector | undefined {
  const [acb, adb] = [side(a, b, c), side(a, b, d)]
  const [cad, cbd] = [side(c, d, a), side(c, d, b)]
  if (acb * adb >= 0 || cad * cbd >= 0) return undefined
  const line = cross(normal(a, b), normal(c, d))
  const point = unit(dot(line, plus(plus(a, b), plus(c, d))) < 0 ? scaled(line, -1) : line)
  // Opposite sides of both great circles also hold for edges on opposite sides of the globe.
  return dot(point, plus(a, b)) > 0 && dot(point, plus(c, d)) > 0 ? point : undefined
}

/** Area of the triangle on the unit sphere, negative where its corners go round clockwise. */
export function triangleArea(a: Vector, b: Vector, c: Vector): number {
  const volume = dot(a, cross(minus(b, a), minus(c, a)))
  return 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a))
}
