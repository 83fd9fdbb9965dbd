import { BackendError, ConfigError, IncompleteError } from '../../domain/errors.ts'
import { outOfMemory } from '../../kql/errors.ts'

export interface Place {
  readonly label: string
  /** From 1; undefined where only the file is known. */
  readonly line?: number | undefined
  /** From 1, for files whose records have no line of their own (JSON arrays, Parquet, rows of a test). */
  readonly record?: number | undefined
}

function placeText({ label, line, record }: Place): string {
  if (line !== undefined) return `${label}:${line}`
  return record === undefined ? label : `${label}, record ${record}`
}

/** The file does not follow its own format. */
export function malformedFile(place: Place, message: string, hint: string, cause?: unknown): BackendError {
  return fault('local/malformed-file', place, message, hint, cause)
}

/** A cell does not fit the type of its column. */
export function badValue(place: Place, message: string, hint: string): BackendError {
  return fault('local/bad-value', place, message, hint)
}

function fault(code: string, place: Place, message: string, hint: string, cause?: unknown): BackendError {
  return new BackendError({
    code,
    message: `${placeText(place)}: ${message}`,
    hint,
    ...(place.line === undefined ? {} : { span: { file: place.label, line: place.line, column: 1, length: 0 } }),
    cause,
  })
}

const OF_FILE = {
  memory:
    'raise HUNT_MEMORY (`memory:` in hunt.yaml), or make a columnar copy of the file with hunt ingest on a machine with more',
  disk: 'free disk there or name a larger folder (TMPDIR), or raise HUNT_MEMORY (`memory:` in hunt.yaml)',
}

export const tooLargeToRead = (label: string, cause: unknown): BackendError =>
  outOfMemory(`reading ${label}`, OF_FILE, cause)

/** Nothing can be written where temporary files go; the hint of other files, to choose another folder for results, would not help. */
export function noTemporaryFile(action: string, path: string, cause: unknown): IncompleteError {
  return new IncompleteError({
    code: 'files/unwritable',
    message: `could not ${action} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'temporary files lie in the folder that TMPDIR names: free disk there, or name another that you may write to',
    retryable: true,
    context: { path },
    cause,
  })
}

export function unreadable(label: string, cause: unknown): BackendError {
  return new BackendError({
    code: 'local/unreadable',
    message: `cannot read ${label}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'check that the file is there and that you may read it',
    cause,
  })
}

export function outsideFolder(label: string, folder: string): BackendError {
  return new BackendError({
    code: 'local/outside-folder',
    message: `${label} is a symbolic link that leads out of ${folder} or to another folder; it is not followed`,
    hint: 'copy the file into the data folder, or name the folder it lies in with --data',
  })
}

export function noDataFolder(folder: string, cause: unknown): ConfigError {
  return new ConfigError({
    code: 'local/no-data-folder',
    message: `cannot read the data folder ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'name a folder with files like AzureActivity.ndjson, for example --data samples/data',
    cause,
  })
}

/** At most `limit` characters of a value from a log, on one line. */
export function quoteValue(value: string, limit = 60): string {
  const text = value.length > limit ? `${value.slice(0, limit)}…` : value
  return JSON.stringify(text)
}
