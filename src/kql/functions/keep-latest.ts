import { LRUCache } from 'lru-cache'

/** Two lists in one condition come in turn, block of rows by block of rows. */
const MOST_KEPT = 8
/** Characters of their texts in all; a longer one is kept until the next comes. */
const LONGEST_KEPT = 16_000_000

/**
 * `make`, which is not called again for one of the texts of the calls before: natives get an argument that is the same for all rows,
 * such as the answer of another query, with each of them.
 */
export function keepLatest<Made>(make: (text: string) => Made): (text: string) => Made {
  const kept = new LRUCache<string, { readonly made: Made }>({
    max: MOST_KEPT,
    maxSize: LONGEST_KEPT,
    sizeCalculation: (_made, text) => text.length + 1,
  })
  let latest: { readonly text: string; readonly made: Made } | undefined
  return (text) => {
    if (latest?.text === text) return latest.made
    let known = kept.get(text)
    if (known === undefined) {
      known = { made: make(text) }
      kept.set(text, known)
    }
    latest = { text, made: known.made }
    return latest.made
  }
}
