type Rows = readonly Readonly<Record<string, unknown>>[]

export interface StreamEntry {
  readonly rule: string
  readonly stream: string
  readonly rows: Rows
}

/** What the Logs Ingestion API took in. */
export interface StreamStore {
  add(rule: string, stream: string, rows: Rows): void
  entries(): readonly StreamEntry[]
  clear(): void
}

/** Rows of one stream that are kept; older ones make room. */
const MOST_ROWS = 10_000

export function createStreamStore(): StreamStore {
  const kept = new Map<string, { rule: string; stream: string; rows: Rows }>()
  return {
    add(rule, stream, rows) {
      const key = `${rule}/${stream}`
      const earlier = kept.get(key)?.rows ?? []
      kept.set(key, { rule, stream, rows: [...earlier, ...rows].slice(-MOST_ROWS) })
    },
    entries: () => [...kept.values()],
    clear: () => kept.clear(),
  }
}
