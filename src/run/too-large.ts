const CODES: ReadonlySet<string> = new Set(['backend/result-truncated', 'backend/query-out-of-memory'])

/** An answer that a shorter window makes whole: too many rows or bytes, or more than an operator had memory for. */
export function isTooLargeCode(code: string): boolean {
  return CODES.has(code)
}

/** What of a window is older than what the service keeps; the rest of it is searched. */
export function isGoneCode(code: string): boolean {
  return code === 'backend/beyond-retention'
}
