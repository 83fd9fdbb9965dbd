/** Where a problem is, before it becomes a span of the file. */
export type Place =
  /** The value at a path of the document, for example `entityMappings.0.entityType`; its key where the value is long. */
  | { readonly kind: 'path'; readonly path: string }
  /** A range of the text of the scalar at a path. */
  | { readonly kind: 'value'; readonly path: string; readonly offset: number; readonly length: number }
  /** The key at a path. */
  | { readonly kind: 'key'; readonly path: string }
  /** A range of the query's text. */
  | { readonly kind: 'query'; readonly offset: number; readonly length: number }
  /** A range of the text that the YAML parser read. */
  | { readonly kind: 'text'; readonly start: number; readonly end: number }
  /** A range of the file as it is on disk, before repairs. */
  | { readonly kind: 'file'; readonly start: number; readonly end: number }

/** What a check has to say about one place of one file. The severity comes from the check and the mode. */
export interface Problem {
  readonly at: Place
  readonly message: string
  readonly hint?: string
  /**
   * True for what may well be right where our catalogue ends, such as a column of a custom table: in lenient mode a warning at
   * most, whatever the check says.
   */
  readonly isDoubtful?: boolean
}

export const atPath = (path: string): Place => ({ kind: 'path', path })
export const atKey = (path: string): Place => ({ kind: 'key', path })
