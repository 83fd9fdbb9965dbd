/**
 * Can be gone through again and again, from memory or from a file, and knows its length. An array is one. Nothing in it may be
 * changed, and nothing read any more once its owner has released it.
 */
export interface Sequence<Item> extends Iterable<Item> {
  readonly length: number
}

/** The items in groups of `size`; the last may have fewer. */
export function* batchesOf<Item>(items: Iterable<Item>, size: number): Generator<readonly Item[]> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** One sequence after another, as one. */
export function concatenated<Item>(parts: readonly Sequence<Item>[]): Sequence<Item> {
  return {
    length: parts.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      for (const part of parts) yield* part
    },
  }
}

/** Groups in the order of first appearance. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
