import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HuntError } from '../domain/errors.ts'
import { errnoOf, fileError } from './file-error.ts'
import { makeFolder } from './make-folder.ts'

/** Ends every temporary name; sweepTemporaries looks for it. */
export const TEMPORARY_SUFFIX = '.hunt-tmp'

/** Chunks are gathered to about this many UTF-16 units before each write. */
const BUFFER = 1 << 18

/**
 * Writes a text file as a whole or not at all, creating its folder: temporary file beside it, fsync, rename, fsync of
 * the folder. A reader sees the old file or the new one; a crash leaves at most a temporary file.
 *
 * Not write-file-atomic: version 7.0.1 writes with one `fs.write` and ignores a short count, so that on a nearly full
 * disk it renames a truncated file into place and reports success (seen with 200 kB on a 64 kB tmpfs). It also needs
 * the whole text as one string, and does not fsync the folder.
 *
 * @throws IncompleteError `files/unwritable`, and what the maker of the chunks throws; the previous file is then untouched.
 */
export async function writeAtomically(
  path: string,
  chunks: string | Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const folder = dirname(path)
  let temporary: string | undefined
  try {
    await makeFolder(folder)
    const file = await createTemporary(folder, basename(path))
    temporary = file.path
    try {
      await writeAll(file.handle, typeof chunks === 'string' ? [chunks] : chunks)
      await file.handle.sync()
    } finally {
      await file.handle.close()
    }
    await rename(temporary, path)
    temporary = undefined
    await syncFolder(folder)
  } catch (cause) {
    // A second failure here must not hide the first; the sweep removes what stays.
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined)
    throw isOfTheSource(cause) ? cause : fileError('write', path, cause)
  }
}

/** What the chunks' maker threw is no fault of the file: a query that failed, or an abort. */
function isOfTheSource(cause: unknown): boolean {
  return cause instanceof HuntError || (cause instanceof Error && cause.name === 'AbortError')
}

/** `wx` decides between processes; a number left by a crash is just passed over, until the sweep removes it. */
export async function createTemporary(folder: string, name: string): Promise<{ path: string; handle: FileHandle }> {
  for (let number = 0; ; number++) {
    const path = join(folder, `.${name.slice(0, 200)}.${number}${TEMPORARY_SUFFIX}`)
    try {
      return { path, handle: await open(path, 'wx') }
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }
}

/** FileHandle.writeFile goes on after a short write, until all is written or the system says why not. */
async function writeAll(handle: FileHandle, chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const gatherer = createGatherer()
  if (Symbol.iterator in chunks) {
    // Half a million findings are as many chunks: to wait for each of them, as below, takes a fifth of the time.
    for (const chunk of chunks) if (gatherer.add(chunk)) await handle.writeFile(gatherer.take())
  } else {
    for await (const chunk of chunks) if (gatherer.add(chunk)) await handle.writeFile(gatherer.take())
  }
  await handle.writeFile(gatherer.take())
}

function createGatherer() {
  let pending: string[] = []
  let length = 0
  return {
    /** True when it is time to take what there is. */
    add(chunk: string): boolean {
      pending.push(chunk)
      length += chunk.length
      return length >= BUFFER
    },
    take(): string {
      const text = pending.join('')
      pending = []
      length = 0
      return text
    },
  }
}

/** Makes the rename itself survive a power cut. Windows and some network file systems know no fsync of a folder. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'].includes(errnoOf(error))) throw error
  } finally {
    await handle?.close()
  }
}
