/** A circle as a polygon, the way the S2 library draws one (S2BufferOperation). */
import { cross, plus, scaled, unit, type Vector } from './sphere.ts'

/** A direction that is never the point's own, from which the library makes one at right angles. */
const ASIDE: Vector = [0.012, 0.0053, 0.00457]

/** At right angles to the point, as the library chooses it. */
function aside(point: Vector): Vector {
  const sizes = point.map(Math.abs)
  const largest = sizes.indexOf(Math.max(...sizes))
  const [x, y, z] = ASIDE.map((part, axis) => (axis === (largest + 2) % 3 ? 1 : part))
  return unit(cross(point, [x ?? 0, y ?? 0, z ?? 0]))
}

/** So many corners, at least three, that no edge comes nearer to the center than `radius` less `tolerance`; in radians. */
function corners(radius: number, tolerance: number): number {
  const nearest = Math.max(0, radius - tolerance)
  const step = Math.min((2 * Math.PI) / 3 + 1e-15, 2 * Math.acos(Math.tan(nearest) / Math.tan(radius)))
  return Math.ceil((2 * Math.PI) / step)
}

/** Counterclockwise around the center. `radius` is less than a quarter turn. */
export function circle(center: Vector, radius: number, tolerance: number): Vector[] {
  const start = aside(center)
  const across = cross(center, start)
  const count = corners(radius, tolerance)
  return Array.from({ length: count }, (_, at) => {
    const turn = (2 * Math.PI * at) / count
    const direction = plus(scaled(start, Math.cos(turn)), scaled(across, Math.sin(turn)))
    return plus(scaled(center, Math.cos(radius)), scaled(direction, Math.sin(radius)))
  })
}
