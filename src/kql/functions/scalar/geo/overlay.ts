/**
 * What two regions have in common, or make together. Only for shapes in general position: where a corner of one lies on the
 * other the answer hangs on rounding inside of the service. The order of vertices is that of the S2 library, which the
 * recorded answers follow: edges have numbers in the order of the input, and a ring ends with its edge of the highest number.
 */
import { REFUSAL } from '../../../errors.ts'
import { angle, crossing, dot, nearestOnEdge, plus, unit, type Vector } from './sphere.ts'
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

/** A corner of one on an edge of the other. */
export function isTouching(left: readonly Edge[], right: readonly Edge[]): boolean {
  if (left.length * right.length > MOST_PAIRS) throw new Error(`${REFUSAL}shapes of so many corners together`)
  const hasCornerOn = (some: readonly Edge[], others: readonly Edge[]): boolean =>
    some.some(([a, b]) => others.some((other) => near(a, other) || near(b, other)))
  return hasCornerOn(left, right) || hasCornerOn(right, left)
}

/** The edges of both, cut where they cross; pieces of the first have the lower numbers. */
export function cut(left: readonly Edge[], right: readonly Edge[]): readonly [Piece[], Piece[]] {
  const crossings = new Map<number, Vector[]>()
  const note = (edge: number, point: Vector): void => void crossings.set(edge, [...(crossings.get(edge) ?? []), point])
  left.forEach(([a, b], at) => {
    right.forEach(([c, d], other) => {
      const point = crossing(a, b, c, d)
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

function rings(pieces: readonly Piece[]): Ring[] {
  const next = new Map(pieces.map((piece) => [piece.from, piece]))
  const found: (readonly Piece[])[] = []
  for (const start of pieces) {
    const ring: Piece[] = []
    for (let piece = next.get(start.from); piece !== undefined; piece = next.get(piece.to)) {
      next.delete(piece.from)
      ring.push(piece)
    }
    if (ring.length > 0) found.push(turned(ring))
  }
  const order = (ring: readonly Piece[]): number => ring[0]?.edge ?? 0
  return found.toSorted((one, other) => order(one) - order(other)).map((ring) => ring.map(({ from }) => from))
}

/** Undefined where the regions are not in general position, or leave a hole between them. */
function overlay(left: Region, right: Region, isWanted: (isInOther: boolean) => boolean): Region | undefined {
  const [a, b] = [edgesOfRegion(left), edgesOfRegion(right)]
  if (isTouching(a, b)) return undefined
  const [ofLeft, ofRight] = cut(a, b)
  const kept = (pieces: readonly Piece[], other: Region): Piece[] => {
    const shapes = polygonsOfRegion(other)
    return pieces.filter((piece) => isWanted(isInside(middleOf(piece), shapes)))
  }
  const made = rings([...kept(ofLeft, right), ...kept(ofRight, left)])
  return made.every(isShell) ? made : undefined
}

const isShell = (ring: Ring): boolean => dot(moment(ring), ring.reduce(plus)) > 0

export const common = (left: Region, right: Region): Region | undefined => overlay(left, right, (isIn) => isIn)
const joined = (left: Region, right: Region): Region | undefined => overlay(left, right, (isIn) => !isIn)

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
