import { BackendError, InternalError, KqlError } from '../domain/errors.ts'
import type { TextSpan } from './bind/bound.ts'

/** The engine's «no»: a construct that it cannot answer exactly. Never answer approximately instead. */
export function unsupported(construct: string, span: TextSpan, hint?: string): KqlError {
  return new KqlError({
    code: 'kql/unsupported',
    message: `the local engine does not support ${construct}`,
    hint:
      hint ?? 'run this query against the workspace (--backend azure), or rewrite that part; see docs/kql-support.md',
    context: { construct },
    position: span,
  })
}

/** Begins the message of a refusal that only shows while the SQL runs; duckdb/run-query.ts makes it a KqlError again. */
export const REFUSAL = 'kql/unsupported: '

/** The same fault at another place of the text. */
export function placedAt(error: KqlError, position: TextSpan): KqlError {
  return new KqlError({ ...error.options, position })
}

/** The query asks for something that Kusto itself refuses. */
export function invalid(message: string, span: TextSpan, hint?: string): KqlError {
  return new KqlError({
    code: 'kql/invalid',
    message,
    ...(hint === undefined ? {} : { hint }),
    position: span,
  })
}

export function internal(what: string, detail: string): InternalError {
  return new InternalError({ code: `internal/${what}`, message: detail, hint: 'please report this query' })
}

/** DuckDB (1.5) has no class for it. */
export function isOutOfMemory(error: unknown): boolean {
  return (error instanceof Error && /Out of Memory Error/i.test(error.message)) || isOutOfDisk(error)
}

/** What does not fit into memory did not fit into the temporary folder: a limit that DuckDB takes from the disk, or the disk itself. */
function isOutOfDisk(error: unknown): boolean {
  return error instanceof Error && /max_temp_directory_size|No space left on device/i.test(error.message)
}

/** `what` needs more than there is; the hints are for too little memory, and for too little room in the temporary folder. */
export function outOfMemory(
  what: string,
  hints: { readonly memory: string; readonly disk: string },
  cause: unknown,
): BackendError {
  const isDisk = isOutOfDisk(cause)
  const room = isDisk ? ', and the temporary folder has no room for the rest' : ''
  return new BackendError({
    code: 'engine/memory',
    message: `${what} needs more memory than the engine may use${room}`,
    hint: isDisk ? hints.disk : hints.memory,
    cause,
  })
}
