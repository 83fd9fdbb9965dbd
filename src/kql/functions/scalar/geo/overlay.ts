/**
 * What two regions have in common, or make together. Only for shapes in general position: where a corner of one lies on an
 * edge of the other the answer hangs on rounding inside of the service. Unions may share corners, and whole edges. The order of vertices is that of the S2 library, which the
 * recorded answers follow: edges have numbers in the order of the input, and a ring ends with its edge of the highest number.
 */
import { REFUSAL } from '../../../errors.ts'
import { angle, azimuth, crossing, dot, nearestOnEdge, plus, unit, type Vector } from './sphere.ts'
import { isInside, moment, ringEdges, type Edge, type Polygon, type Ring } from './shapes.ts'

/** Rings without holes that do not touch each other, interior on the left. */
export type Region = readonly Ring[]

/** Nearer than this, 6 µm, a corner lies on an edge or not as rounding goes. */
const TOO_NEAR = 1e-12

/** A part of an edge between corners and crossings. */
interface Piece {
  readonly from: Vector
  readonly to: Vector
  /** Number of the edge. */
  readonly edge: number
}

const near = (point: Vector, [a, b]: Edge): boolean => angle(point, nearestOnEdge(point, a, b)) < TOO_NEAR

/** Comparing all edges of two shapes with each other takes a second or two beyond this. */
const MOST_PAIRS = 4_000_000

/** A corner of one on an edge of the other; corners that both have do not count if they may be shared. */
export function isTouching(left: readonly Edge[], right: readonly Edge[], mayShare = false): boolean {
  if (left.length * right.length > MOST_PAIRS) throw new Error(`${REFUSAL}shapes of so many corners together`)
  const isOn = (point: Vector, edge: Edge): boolean => near(point, edge) && !(mayShare && edge.includes(point))
  const hasCornerOn = (some: readonly Edge[], others: readonly Edge[]): boolean =>
    some.some(([a, b]) => others.some((other) => isOn(a, other) || isOn(b, other)))
  return hasCornerOn(left, right) || hasCornerOn(right, left)
}

/** The edges of both, cut where they cross; pieces of the first have the lower numbers. */
export function cut(left: readonly Edge[], right: readonly Edge[]): readonly [Piece[], Piece[]] {
  const crossings = new Map<number, Vector[]>()
  const note = (edge: number, point: Vector): void => void crossings.set(edge, [...(crossings.get(edge) ?? []), point])
  left.forEach(([a, b], at) => {
    right.forEach(([c, d], other) => {
      // What meets in a corner does not cross, whatever rounding says.
      const point = a === c || a === d || b === c || b === d ? undefined : crossing(a, b, c, d)
      if (point === undefined) return
      note(at, point)
      note(left.length + other, point)
    })
  })
  const pieces = ([a, b]: Edge, edge: number): Piece[] => {
    const inner = (crossings.get(edge) ?? []).toSorted((one, other) => angle(a, one) - angle(a, other))
    const corners = [a, ...inner, b]
    return corners.slice(1).map((to, at) => ({ from: corners[at] ?? a, to, edge }))
  }
  return [left.flatMap(pieces), right.flatMap((edge, at) => pieces(edge, left.length + at))]
}

export const middleOf = ({ from, to }: Piece): Vector => unit(plus(from, to))

const polygonsOfRegion = (region: Region): Polygon[] => region.map((ring): Polygon => [ring])
const edgesOfRegion = (region: Region): Edge[] => region.flatMap(ringEdges)

/** Turned so that the last piece of the edge with the highest number comes last. */
function turned(ring: readonly Piece[]): readonly Piece[] {
  const highest = Math.max(...ring.map(({ edge }) => edge))
  const last = ring.findIndex(({ edge }, at) => edge === highest && ring[(at + 1) % ring.length]?.edge !== highest)
  return [...ring.slice(last + 1), ...ring.slice(0, last + 1)]
}

/** Where several go on from a corner, the first one clockwise from where it came: so no ring meets itself. */
function following(piece: Piece, rest: ReadonlySet<Piece>): Piece | undefined {
  const options = [...rest].filter(({ from }) => from === piece.to)
  if (options.length < 2) return options[0]
  const back = azimuth(piece.to, piece.from) ?? 0
  const turn = ({ from, to }: Piece): number => ((azimuth(from, to) ?? 0) - back + 2 * Math.PI) % (2 * Math.PI)
  return options.reduce((best, option) => (turn(option) < turn(best) ? option : best))
}

function rings(pieces: readonly Piece[]): Ring[] {
  const rest = new Set(pieces)
  const found: (readonly Piece[])[] = []
  for (const start of pieces) {
    if (!rest.has(start)) continue
    const ring: Piece[] = []
    for (let piece: Piece | undefined = start; piece !== undefined; piece = following(piece, rest)) {
      rest.delete(piece)
      ring.push(piece)
      if (piece.to === start.from) break
    }
    found.push(turned(ring))
  }
  const order = (ring: readonly Piece[]): number => ring[0]?.edge ?? 0
  return found.toSorted((one, other) => order(one) - order(other)).map((ring) => ring.map(({ from }) => from))
}

const isShell = (ring: Ring): boolean => dot(moment(ring), ring.reduce(plus)) > 0
const onlyShells = (made: Region): Region | undefined => (made.every(isShell) ? made : undefined)

/** Undefined where the regions are not in general position, or leave a hole. */
export function common(left: Region, right: Region): Region | undefined {
  const [a, b] = [edgesOfRegion(left), edgesOfRegion(right)]
  if (isTouching(a, b)) return undefined
  const [ofLeft, ofRight] = cut(a, b)
  return onlyShells(rings([...ofLeft.filter(isWithin(right)), ...ofRight.filter(isWithin(left))]))
}

function isWithin(region: Region): (piece: Piece) => boolean {
  const shapes = polygonsOfRegion(region)
  return (piece) => isInside(middleOf(piece), shapes)
}

/** The second with the corners of the first, where they are the same but for rounding. */
function sharing(left: Region, right: Region): Region {
  const corners = left.flat()
  return right.map((ring) => ring.map((point) => corners.find((corner) => angle(corner, point) < SAME) ?? point))
}

const SAME = 1e-14

/** Edges that both have stay once where both go the same way, and not at all where they go opposite ways. */
function joined(left: Region, moved: Region): Region | undefined {
  const right = sharing(left, moved)
  const [a, b] = [edgesOfRegion(left), edgesOfRegion(right)]
  if (isTouching(a, b, true)) return undefined
  const [ofLeft, ofRight] = cut(a, b)
  const isSameWay = (one: Piece) => (other: Piece) => one.from === other.from && one.to === other.to
  const isOpposite = (one: Piece) => (other: Piece) => one.from === other.to && one.to === other.from
  const [inLeft, inRight] = [isWithin(left), isWithin(right)]
  return onlyShells(
    rings([
      ...ofLeft.filter((piece) => {
        if (ofRight.some(isOpposite(piece))) return false
        return ofRight.some(isSameWay(piece)) || !inRight(piece)
      }),
      ...ofRight.filter((piece) => {
        return !ofLeft.some(isOpposite(piece)) && !ofLeft.some(isSameWay(piece)) && !inLeft(piece)
      }),
    ]),
  )
}

/** Of all: the two with the fewest corners first, as the S2 library goes about it. */
export function union(regions: readonly Region[]): Region | undefined {
  let queue = regions.map((region) => ({ region, corners: region.flat().length }))
  while (queue.length > 1) {
    const [first, second, ...rest] = queue.toSorted((one, other) => one.corners - other.corners)
    if (first === undefined || second === undefined) return undefined
    const region = joined(first.region, second.region)
    if (region === undefined) return undefined
    queue = [...rest, { region, corners: first.corners + second.corners }]
  }
  return queue[0]?.region
}

/** The rings of polygons, or a refusal where one has a hole. */
export function regionOf(shape: readonly Polygon[], name: string): Region {
  if (shape.some((rings) => rings.length > 1)) throw new Error(`${REFUSAL}${name} of a polygon with holes`)
  return shape.map(([shell]) => shell)
}

/** Parts that overlap count as one (recorded: docs/geo-polygon-perimeter-function-01). */
export function unified(shape: readonly Polygon[], name: string): Polygon[] {
  const region = union(regionOf(shape, name).map((ring) => [ring]))
  if (region === undefined) throw new Error(`${REFUSAL}${name} of polygons that overlap`)
  return polygonsOfRegion(region)
}
