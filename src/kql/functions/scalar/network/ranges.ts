import type { Json } from '../../../values/json.ts'
import { onceForList } from '../collections/once-for.ts'

/** Blocks of addresses by the length of their prefix: however many there are, an address is looked up once for each length. */
type Blocks<Network> = ReadonlyMap<number, ReadonlySet<Network>>

/**
 * Whether an address is in one range, or in one of an array of ranges; what is no range is left out. `networkOf` is an address under a
 * prefix.
 */
export function isInAnyOf<Range extends { readonly prefix: number }, Network>(
  parse: (text: string) => Range | undefined,
  networkOf: (range: Range, prefix: number) => Network,
): (ip: Range, list: Json) => boolean {
  const blocksOf = onceForList((values): Blocks<Network> => {
    const blocks = new Map<number, Set<Network>>()
    for (const value of values) {
      const range = typeof value === 'string' ? parse(value) : undefined
      if (range === undefined) continue
      const networks = blocks.get(range.prefix) ?? new Set()
      blocks.set(range.prefix, networks.add(networkOf(range, range.prefix)))
    }
    return blocks
  })
  return (ip, list) => [...blocksOf(list)].some(([prefix, networks]) => networks.has(networkOf(ip, prefix)))
}
