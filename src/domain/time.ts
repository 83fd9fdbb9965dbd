declare const instantBrand: unique symbol
declare const durationBrand: unique symbol

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. Log timestamps are finer and stay text (see kusto.ts). */
export type Instant = number & { readonly [instantBrand]: true }

/** A length of time in milliseconds. */
export type Duration = number & { readonly [durationBrand]: true }

/** Half-open interval `[start, end)` in UTC. */
export interface Window {
  readonly start: Instant
  readonly end: Instant
}

/**
 * How a service may read the window of a query: which of its ends belong to it, and whether it bounds every table or the first that
 * has a time. Ours is half-open over every table; what the service's is, nobody knows for certain (contract A8).
 */
export interface TimeScope {
  readonly ends: 'half-open' | 'closed' | 'open-start'
  readonly reach: 'every-table' | 'first-table'
}

/** Where "now" comes from. Only `src/time` implements it over the real clock. */
export interface Clock {
  now(): Instant
  /** Resolves after `duration`, or rejects with the signal's reason when it is aborted first. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>
}
