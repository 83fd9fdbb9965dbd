/** S2 cells: https://s2geometry.io/devguide/s2cell_hierarchy. */
import { unit, type Vector } from './sphere.ts'

const MAX_LEVEL = 30
/** Position along the Hilbert curve of a quadrant (i in the upper bit), by orientation. */
const IJ_TO_POSITION = [
  [0, 1, 3, 2],
  [0, 3, 1, 2],
  [2, 3, 1, 0],
  [2, 1, 3, 0],
] as const
/** How a quadrant turns the orientation: 1 swaps the axes, 2 inverts them. */
const TURN = [1, 0, 0, 3] as const

export interface Cell {
  readonly face: number
  readonly level: number
  /** Column and row on the face, 0 to 2^level − 1. */
  readonly i: number
  readonly j: number
}

const toUnit = (u: number): number => (u >= 0 ? 0.5 * Math.sqrt(1 + 3 * u) : 1 - 0.5 * Math.sqrt(1 - 3 * u))
const fromUnit = (s: number): number => (s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) ** 2) / 3)

function project([x, y, z]: Vector): readonly [face: number, u: number, v: number] {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)]
  if (ax >= ay && ax >= az) return x >= 0 ? [0, y / x, z / x] : [3, z / x, y / x]
  if (ay >= az) return y >= 0 ? [1, -x / y, z / y] : [4, z / y, -x / y]
  return z >= 0 ? [2, -x / z, -y / z] : [5, -y / z, -x / z]
}

/** The direction of a place on a face. */
export const unproject = (face: number, u: number, v: number): Vector => directed(face, u, v, 1)

/** A vector by the axes of a face: its u, its v and outwards. */
function directed(face: number, u: number, v: number, w: number): Vector {
  const directions: readonly Vector[] = [[w, u, v], [-u, w, v], [-u, -v, w], [-w, -v, -u], [v, -w, -u], [v, u, -w]] // prettier-ignore
  return directions[face] ?? [1, 0, 0]
}

export function cellAt(point: Vector, level: number): Cell {
  const [face, u, v] = project(point)
  const size = 2 ** level
  const index = (value: number): number => Math.min(size - 1, Math.max(0, Math.floor(toUnit(value) * size)))
  return { face, level, i: index(u), j: index(v) }
}

/** The 64-bit id in hexadecimal without trailing zeros. */
export const tokenOf = (cell: Cell): string => sortKeyOf(cell).replace(/0+$/, '')

/** The whole id: such texts sort along the curve. */
export function sortKeyOf({ face, level, i, j }: Cell): string {
  let id = BigInt(face)
  let orientation = face & 1
  for (let bit = level - 1; bit >= 0; bit--) {
    const quadrant = (Math.floor(i / 2 ** bit) % 2) * 2 + (Math.floor(j / 2 ** bit) % 2)
    const position = IJ_TO_POSITION[orientation]?.[quadrant] ?? 0
    id = (id << 2n) | BigInt(position)
    orientation ^= TURN[position]
  }
  const whole = ((id << 1n) | 1n) << BigInt(2 * (MAX_LEVEL - level))
  return whole.toString(16).padStart(16, '0')
}

/** Undefined where the text is no cell. */
export function parseToken(token: string): Cell | undefined {
  if (!/^[0-9a-f]{1,16}$/i.test(token)) return undefined
  const id = BigInt(`0x${token.padEnd(16, '0')}`)
  const last = id & -id
  const zeros = last.toString(2).length - 1
  const face = Number(id >> 61n)
  if (id === 0n || face > 5 || zeros % 2 !== 0) return undefined
  const level = MAX_LEVEL - zeros / 2
  let [orientation, i, j] = [face & 1, 0, 0]
  for (let step = 0; step < level; step++) {
    const position = Number((id >> BigInt(59 - 2 * step)) & 3n)
    const quadrant = IJ_TO_POSITION[orientation]?.findIndex((known) => known === position) ?? 0
    i = i * 2 + (quadrant >> 1)
    j = j * 2 + (quadrant & 1)
    orientation ^= TURN[position as 0 | 1 | 2 | 3]
  }
  return { face, level, i, j }
}

/** A place in the cell, 0 to 1 along both axes. */
export function placeIn(cell: Cell, s: number, t: number): Vector {
  const size = 2 ** cell.level
  return unproject(cell.face, fromUnit((cell.i + s) / size), fromUnit((cell.j + t) / size))
}

/** Unit normals of the four planes whose inner sides hold the cell. */
export function planesOf({ face, level, i, j }: Cell): readonly Vector[] {
  const size = 2 ** level
  const [u, v] = [fromUnit(i / size), fromUnit(j / size)]
  const [upperU, upperV] = [fromUnit((i + 1) / size), fromUnit((j + 1) / size)]
  const normals = [[1, 0, -u], [-1, 0, upperU], [0, 1, -v], [0, -1, upperV]] as const // prettier-ignore
  return normals.map(([x, y, z]) => unit(directed(face, x, y, z)))
}

/** The cells of the same level that share an edge or a corner: eight, or seven at a corner of the cube. */
export function neighboursOf(cell: Cell): Cell[] {
  const size = 2 ** cell.level
  const found = new Map<string, Cell>()
  for (const di of [-1, 0, 1]) {
    for (const dj of [-1, 0, 1]) {
      const neighbour = wrapped(cell.face, cell.i + di, cell.j + dj, size, cell.level)
      found.set(tokenOf(neighbour), neighbour)
    }
  }
  found.delete(tokenOf(cell))
  return [...found.values()]
}

/** A cell beside the face is found through the direction of its middle, just beyond the edge, where faces meet evenly. */
function wrapped(face: number, i: number, j: number, size: number, level: number): Cell {
  if (i >= 0 && i < size && j >= 0 && j < size) return { face, level, i, j }
  const edge = 1 + Number.EPSILON
  const along = (index: number): number => Math.min(edge, Math.max(-edge, (2 * index + 1) / size - 1))
  const [other, u, v] = project(unproject(face, along(i), along(j)))
  const index = (value: number): number => Math.min(size - 1, Math.max(0, Math.floor(((value + 1) / 2) * size)))
  return { face: other, level, i: index(u), j: index(v) }
}
