import type { Profiler } from 'node:inspector'
import { PositionReader, type Position } from './positions.ts'

/** A part of the program and its share of the time in which the processor worked, 0 to 1. */
export interface HotSpot {
  readonly place: string
  readonly share: number
}

/** How many are worth naming. */
const MOST = 5

/** Functions by the time in their own code: `rowOf src/output/result-csv.ts:41`. */
export function hotFunctions(profile: Profiler.Profile, root: string): readonly HotSpot[] {
  return hotSpots(profile, root, ({ name, file, line }) => (line === 0 ? file : `${name} ${file}:${line}`))
}

/** Packages and files of ours by the time in their own code: what a start of the program loads. */
export function hotModules(profile: Profiler.Profile, root: string): readonly HotSpot[] {
  return hotSpots(profile, root, ({ file, packageName }) => packageName ?? file)
}

function hotSpots(
  { nodes }: Profiler.Profile,
  root: string,
  nameOf: (position: Position) => string,
): readonly HotSpot[] {
  const reader = new PositionReader(root)
  const hits = new Map<string, number>()
  let total = 0
  for (const { callFrame, hitCount = 0 } of nodes) {
    if (hitCount === 0 || callFrame.functionName === '(idle)') continue
    const name = nameOf(reader.read(callFrame))
    hits.set(name, (hits.get(name) ?? 0) + hitCount)
    total += hitCount
  }
  return [...hits]
    .map(([place, count]): HotSpot => ({ place, share: count / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST)
}
