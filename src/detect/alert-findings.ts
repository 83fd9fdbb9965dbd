import { createHash } from 'node:crypto'

/** Findings whose ids an alert carries along; the ledger and the result file have all of them. */
const MOST_LISTED = 10_000

export interface CollectedIds {
  readonly findingIds: readonly string[]
  /** Set where there are more than are listed. */
  readonly findingCount?: number
  /** The same for the same ids, in whatever order they came. */
  readonly identity: readonly string[]
}

/** The ids of the findings of an alert: all of them up to a limit, so that an alert on half a million rows can be told. */
export function idCollector(expected: number): { add(id: string): void; ids(): CollectedIds } {
  const listed: string[] = []
  // Eight bytes of each id: enough to tell sets of findings apart, and quick to sort.
  const all = expected > MOST_LISTED ? new BigUint64Array(expected) : undefined
  let count = 0
  return {
    add(id) {
      if (all !== undefined) all[count] = BigInt(`0x${id.slice(0, 16)}`)
      if (listed.length < MOST_LISTED) listed.push(id)
      count++
    },
    ids() {
      if (all === undefined) return { findingIds: listed, identity: [...listed].sort() }
      const digest = createHash('sha256').update(all.sort()).digest('hex')
      return { findingIds: listed, findingCount: count, identity: [`${count} findings`, digest] }
    },
  }
}
