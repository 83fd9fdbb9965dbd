export type FileFormat = 'ndjson' | 'json' | 'csv' | 'parquet'

/** Rows as YAML or a test gives them: numbers, bigints, strings, booleans, null, Dates, lists and objects of these. */
export type RowObject = Readonly<Record<string, unknown>>

export interface FilePart {
  readonly kind: 'file'
  /** As the user would type it, for messages. */
  readonly label: string
  /** Where it really is, symbolic links followed. */
  readonly path: string
  readonly format: FileFormat
  readonly gzip: boolean
}

/** Files that are read in one go (small-files.ts). */
export interface FilesPart {
  readonly kind: 'files'
  readonly label: string
  readonly files: readonly FilePart[]
}

export interface RowsPart {
  readonly kind: 'rows'
  readonly label: string
  readonly rows: readonly RowObject[]
}

/** A table is one part or several; all rows of all parts belong to it. */
export type TablePart = FilePart | RowsPart

export interface TableSource {
  readonly name: string
  readonly parts: readonly TablePart[]
  /** Why the table cannot be read at all; thrown when a query wants it, not before. */
  readonly refused?: Error
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  csv: 'csv',
  parquet: 'parquet',
}

export const FILE_KINDS = '.ndjson, .jsonl, .json, .csv or .parquet, each also with .gz'

/** Format by the end of the name; undefined for what is no table file. */
export function formatOf(fileName: string): { readonly format: FileFormat; readonly gzip: boolean } | undefined {
  const [, extension = '', gz] = /\.([a-z]+)(\.gz)?$/i.exec(fileName) ?? []
  const format = FORMATS[extension.toLowerCase()]
  return format === undefined ? undefined : { format, gzip: gz !== undefined }
}
