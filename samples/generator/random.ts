import { createHash } from 'node:crypto'

/** Change it and every value of the sample logs changes; the committed files and ground-truth.json must follow. */
const SEED = 'hunt sample logs 2026-03'

/** Random values that are the same in every run and on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** Both ends included. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[]
  hex(length: number): string
  guid(): string
}

/**
 * A stream of its own for each name, so that a change in one scenario leaves the values of the others alone.
 * The generator is sfc32 (public domain, PractRand), seeded with the SHA-256 of the name.
 */
export function randomFor(...name: readonly string[]): Random {
  const seed = createHash('sha256')
    .update([SEED, ...name].join('\n'))
    .digest()
  const next = sfc32(seed.readUInt32LE(0), seed.readUInt32LE(4), seed.readUInt32LE(8), seed.readUInt32LE(12))
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  const hex = (length: number): string => Array.from({ length }, () => int(0, 15).toString(16)).join('')
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => at(items, int(0, items.length - 1)),
    sample: (items, count) => {
      const rest = [...items]
      return Array.from({ length: Math.min(count, rest.length) }, () => at(rest.splice(int(0, rest.length - 1), 1), 0))
    },
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(int(0, 3))}${hex(3)}-${hex(12)}`,
  }
}

/** A value that belongs to a name for ever: the id of a subscription, the hash of a file. */
export function fixedHex(name: string, length: number): string {
  return createHash('sha512').update(`${SEED}\n${name}`).digest('hex').slice(0, length)
}

export function fixedGuid(name: string): string {
  return randomFor('guid', name).guid()
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${items.length}`)
  return item
}

function sfc32(seedA: number, seedB: number, seedC: number, seedD: number): () => number {
  let [a, b, c, d] = [seedA | 0, seedB | 0, seedC | 0, seedD | 0]
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
