/** Which S2 cells of a level a shape meets. Their sides are planes through the middle of the globe, as edges are. */
import { placeIn, planesOf, sortKeyOf, type Cell } from './s2-cell.ts'
import { isInside, type Edge, type Polygon } from './shapes.ts'
import { dot, unit, type Vector } from './sphere.ts'

/** Beyond this the service answers null. */
export const MOST_CELLS = 65_536

/** What only touches a cell counts as meeting it: the page's 286 cells of level 5 are with those, 266 without. */
const TOUCH = 1e-15
/** Between the two the service's own rounding decides. */
const UNCLEAR = 1e-13

type Meeting = 'apart' | 'unclear' | 'meets'

/** Part of the edge (its chord, from 0 to 1) that lies within all planes, at least by `margin`. */
function hasPartWithin([a, b]: Edge, planes: readonly Vector[], margin: number): boolean {
  let [from, to] = [0, 1]
  for (const plane of planes) {
    const [start, end] = [dot(a, plane) - margin, dot(b, plane) - margin]
    if (start < 0 && end < 0) return false
    if (start < 0) from = Math.max(from, start / (start - end))
    else if (end < 0) to = Math.min(to, start / (start - end))
  }
  return from <= to
}

function meetingOf(edge: Edge, planes: readonly Vector[]): Meeting {
  if (hasPartWithin(edge, planes, -TOUCH)) return 'meets'
  return hasPartWithin(edge, planes, -UNCLEAR) ? 'unclear' : 'apart'
}

interface Piece {
  readonly cell: Cell
  /** Edges that come into the cell or near it; without any it lies within the shape. */
  readonly edges: readonly Edge[]
  readonly meeting: Meeting
}

function childrenOf({ face, level, i, j }: Cell): Cell[] {
  return [0, 1, 2, 3].map((at) => ({ face, level: level + 1, i: 2 * i + (at >> 1), j: 2 * j + (at & 1) }))
}

/** The piece of a cell, undefined where the shape does not reach it. */
function pieceOf(cell: Cell, edges: readonly Edge[], isWithin: (point: Vector) => boolean): Piece | undefined {
  const planes = planesOf(cell)
  const meetings = edges.map((edge) => [edge, meetingOf(edge, planes)] as const).filter(([, meeting]) => meeting !== 'apart') // prettier-ignore
  if (meetings.some(([, meeting]) => meeting === 'meets')) {
    return { cell, edges: meetings.map(([edge]) => edge), meeting: 'meets' }
  }
  // No edge comes inside, so that the cell is within or without as a whole.
  if (isWithin(unit(placeIn(cell, 0.5, 0.5)))) return { cell, edges: [], meeting: 'meets' }
  return meetings.length === 0 ? undefined : { cell, edges: meetings.map(([edge]) => edge), meeting: 'unclear' }
}

export type Coverage = { readonly cells: readonly Cell[] } | 'too many' | 'unclear'

/**
 * All cells of the level that the shape meets, along their curve. `unclear` where rounding decides whether it meets
 * one.
 */
export function coverageOf(edges: readonly Edge[], polygons: readonly Polygon[], level: number): Coverage {
  const isWithin = (point: Vector): boolean => isInside(point, polygons)
  const faces = [0, 1, 2, 3, 4, 5].map((face): Cell => ({ face, level: 0, i: 0, j: 0 }))
  let pieces = faces.flatMap((face) => pieceOf(face, edges, isWithin) ?? [])
  for (let at = 0; at < level; at++) {
    pieces = pieces.flatMap(({ cell, edges: near }) => {
      if (near.length === 0)
        return childrenOf(cell).map((child): Piece => ({ cell: child, edges: [], meeting: 'meets' }))
      return childrenOf(cell).flatMap((child) => pieceOf(child, near, isWithin) ?? [])
    })
    // Each of them has at least one below it.
    if (pieces.filter(({ meeting }) => meeting === 'meets').length > MOST_CELLS) return 'too many'
  }
  if (pieces.some(({ meeting }) => meeting === 'unclear')) return 'unclear'
  const cells = pieces.map(({ cell }) => cell)
  return { cells: cells.sort((left, right) => (sortKeyOf(left) < sortKeyOf(right) ? -1 : 1)) }
}
