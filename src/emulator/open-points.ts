import type { TimeScope } from '../domain/time.ts'

/**
 * Where nobody could find out what a service does (contract H) and a client may not rely on either: a switch each. The contract's
 * suggestion is the default. What is one answer's affair is a fault instead (faults.ts): the 429 (H1), a failed workspace (H5), 409
 * or 412 (H9), codes (H16).
 */
export interface OpenPoints {
  /** Does `timespan` bound each table that a query reads (H2), and which of its ends belong to it (H3)? */
  readonly timeScope: TimeScope
  /** Are entities of an incident's bookmarks entities of the incident (H10)? */
  readonly bookmarkEntities: boolean
}

export const SUGGESTED: OpenPoints = {
  timeScope: { ends: 'half-open', reach: 'every-table' },
  bookmarkEntities: false,
}
