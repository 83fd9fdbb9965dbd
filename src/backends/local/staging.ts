import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { hasLiteralPath } from '../../kql/duckdb/literal-path.ts'
import { malformedFile, noTemporaryFile, unreadable } from './faults.ts'
import type { FilePart } from './table-part.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

/** A file that DuckDB can read: the user's own, or a copy where it cannot read that. */
export interface StagedFile {
  readonly path: string
  readonly part: FilePart
}

/**
 * Makes a file ready for DuckDB. Compressed files are unpacked first: DuckDB reads gzip itself, but takes a damaged
 * archive for a whole one where the damage leaves whole records (measured on 1.5.6), and cannot at all read Parquet so.
 * A byte order mark goes, because DuckDB's JSON reader refuses it, and so does a name that it cannot be told. Everything else is
 * read where it lies.
 *
 * @throws BackendError `local/malformed-file` for a damaged archive and for UTF-16 text, `local/unreadable`.
 */
export async function stageFile(part: FilePart, temporary: TemporaryFolder, signal: AbortSignal): Promise<StagedFile> {
  const isText = part.format !== 'parquet'
  if (!part.gzip && hasLiteralPath(part.path) && !(isText && (await startsWithMark(part))))
    return { path: part.path, part }
  const path = temporary.newFile(part.format)
  const steps = [
    createReadStream(part.path),
    ...(part.gzip ? [createGunzip()] : []),
    ...(isText ? [withoutMark(part)] : []),
    createWriteStream(path, { mode: 0o600 }),
  ]
  try {
    await pipeline(steps, { signal })
  } catch (cause) {
    throw stagingFault(part, cause, { path, signal })
  }
  return { path, part }
}

/** What writing may fail with, and reading never does. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS'])

function stagingFault(
  part: FilePart,
  cause: unknown,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): unknown {
  if (signal.aborted) return signal.reason
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (cause instanceof Error && cause.name === 'BackendError') return cause
  // It is the copy that has no room, and the file can be read.
  if (NO_ROOM.has(code)) return noTemporaryFile('write', path, cause)
  if (!code.startsWith('Z_')) return unreadable(part.label, cause)
  const why = cause instanceof Error ? cause.message : code
  return malformedFile(part, `not a whole gzip archive (${why})`, 'fetch or compress the file again', cause)
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

async function startsWithMark(part: FilePart): Promise<boolean> {
  try {
    const file = await open(part.path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(3), 0, 3, 0)
      const head = buffer.subarray(0, bytesRead)
      refuseUtf16(part, head)
      return head.equals(UTF8_MARK)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'BackendError' ? cause : unreadable(part.label, cause)
  }
}

function refuseUtf16(part: FilePart, head: Buffer): void {
  if (!UTF16_MARKS.some((mark) => head.subarray(0, 2).equals(mark))) return
  throw malformedFile(part, 'the text is UTF-16', 'save it as UTF-8')
}

/** Takes the mark off the first chunk, waiting until three bytes have come. */
function withoutMark(part: FilePart): Transform {
  let head: Buffer | undefined = Buffer.alloc(0)
  const begin = (bytes: Buffer) => {
    refuseUtf16(part, bytes)
    head = undefined
    return bytes.subarray(0, 3).equals(UTF8_MARK) ? bytes.subarray(3) : bytes
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) return done(null, chunk)
      head = Buffer.concat([head, chunk])
      if (head.length < 3) return done()
      try {
        done(null, begin(head))
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
    flush(done) {
      done(null, head === undefined ? undefined : begin(head))
    },
  })
}
