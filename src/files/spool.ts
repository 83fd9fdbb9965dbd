import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileError } from './file-error.ts'

/** A place in a spool, in bytes. */
export interface SpoolEntry {
  readonly start: number
  readonly length: number
}

/**
 * A file without a name: it is removed as soon as it is open, so that no crash leaves log data behind, and only this process
 * can read it. Synchronous, because what it holds is read by the pure stages; it lies in the system's cache of files.
 *
 * @throws IncompleteError `files/unwritable`
 */
export class Spool {
  readonly #path: string
  #file: number | undefined
  #length = 0

  /** @param folder exists; the file is made in it */
  constructor(folder: string) {
    const { path, file } = open(folder)
    this.#path = path
    this.#file = file
  }

  append(bytes: Uint8Array): SpoolEntry {
    const start = this.#length
    try {
      // A nearly full disk takes a part, and says why only when asked for the rest.
      for (let at = 0; at < bytes.length;) at += writeSync(this.#open(), bytes, at, bytes.length - at, start + at)
    } catch (error) {
      throw fileError('write', this.#path, error)
    }
    this.#length += bytes.length
    return { start, length: bytes.length }
  }

  /** Into `buffer` where it is large enough, so that one serves many reads; the result shares its bytes. */
  read({ start, length }: SpoolEntry, buffer?: Buffer): Buffer {
    const isLarge = buffer !== undefined && buffer.length >= length
    const bytes = isLarge ? buffer.subarray(0, length) : Buffer.allocUnsafe(length)
    try {
      for (let at = 0; at < length;) {
        const count = readSync(this.#open(), bytes, at, length - at, start + at)
        if (count === 0) throw new Error('the file is shorter than what was written')
        at += count
      }
    } catch (error) {
      throw fileError('read', this.#path, error)
    }
    return bytes
  }

  /** May be called again. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #open(): number {
    if (this.#file === undefined) throw new TypeError('rows are read after they were given back')
    return this.#file
  }
}

/** In a folder of its own for a moment: only this user can look into it, and nobody knows its name beforehand. */
function open(parent: string): { readonly path: string; readonly file: number } {
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(parent, 'hunt-spool-'))
    const path = join(folder, 'rows')
    return { path, file: openSync(path, 'wx+', 0o600) }
  } catch (error) {
    throw fileError('create', folder ?? parent, error)
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}
