import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextCache } from '../domain/ports.ts'
import type { Clock, Instant } from '../domain/time.ts'
import { errnoOf } from './file-error.ts'
import { TEMPORARY_SUFFIX } from './write-atomically.ts'

const MOST_FILES = 4_000
const MOST_BYTES = 64_000_000
/** How many files a process writes before it looks at the folder once more. */
const SWEEP_EVERY = 500
const LONGEST_TEXT = 1_000_000
const DAY = 86_400_000
const LONGEST_UNUSED = 30 * DAY

export interface TextCacheOptions {
  readonly clock: Clock
  /** Of the process; undefined where users have no numbers. */
  readonly userId: number | undefined
}

/**
 * A folder with one file for each text, named by a hash of its key; the first line is a hash of the text, so that one that was cut or
 * damaged counts as missing. Calls hold the thread, for they come from within work that does, and are short.
 *
 * What lies there decides what a query is taken to say: a folder that another user owns or may write to is not used. Nor is one that
 * cannot be made or written; then all is found out again, each time.
 */
export function openTextCache(folder: string, { clock, userId }: TextCacheOptions): TextCache {
  let writtenCount = 0
  return {
    get(key) {
      const path = join(folder, nameOf(key))
      return unlessFailing(() => {
        if (whyUnsafe(folder, userId) !== undefined) return undefined
        const { mtimeMs } = statSync(path)
        const text = wholeText(readFileSync(path, 'utf8'))
        // Once a day is exact enough to find out what nobody asks for any more.
        if (text !== undefined && clock.now() - mtimeMs > DAY) markUsed(path, clock.now())
        return text
      })
    },
    set(key, text) {
      if (text.length > LONGEST_TEXT) return
      unlessFailing(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        if (whyUnsafe(folder, userId) !== undefined) return
        if (writtenCount++ % SWEEP_EVERY === 0) sweep(folder, clock.now())
        const path = join(folder, nameOf(key))
        // Another process that writes the same has the name, or one that was killed: the sweep removes what it left.
        writeFileSync(path + TEMPORARY_SUFFIX, `${digestOf(text)}\n${text}`, { mode: 0o600, flag: 'wx' })
        renameSync(path + TEMPORARY_SUFFIX, path)
      })
    },
  }
}

/** Undefined for a folder that is not there, too. Its own folders are made with 0700. */
export function whyUnsafe(folder: string, userId: number | undefined): string | undefined {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false })
    if (stats === undefined || userId === undefined) return undefined
    if (stats.uid !== userId) return 'it belongs to another user'
    return (stats.mode & 0o022) === 0 ? undefined : 'others may write to it'
  } catch (error) {
    if (errnoOf(error) === '') throw error
    return `nobody can say whose it is (${errnoOf(error)})`
  }
}

/** The port promises that nothing is thrown: what the disk refuses is found out again by the caller. */
function unlessFailing<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (errnoOf(error) === '') throw error
    return undefined
  }
}

/** A folder that was named by mistake holds other files, which are not ours to remove. */
const OWN_FILE = new RegExp(`^[0-9a-f]{64}(?:${TEMPORARY_SUFFIX.replaceAll('.', '\\.')})?$`)

const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Undefined where the text is not as it was written. */
function wholeText(file: string): string | undefined {
  const end = file.indexOf('\n')
  const text = file.slice(end + 1)
  return file.slice(0, end) === digestOf(text) ? text : undefined
}

function markUsed(path: string, now: Instant): void {
  utimesSync(path, now / 1000, now / 1000)
}

/** Removes what nobody has asked for in a month, and of what is beyond the limits that which was not asked for the longest. */
function sweep(folder: string, now: Instant): void {
  const files = readdirSync(folder)
    .filter((name) => OWN_FILE.test(name))
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats?.isFile() === true ? [{ path, size: stats.size, unused: now - stats.mtimeMs }] : []
    })
    .sort((left, right) => left.unused - right.unused)
  let bytes = 0
  for (const [index, { path, size, unused }] of files.entries()) {
    bytes += size
    const isLeft = path.endsWith(TEMPORARY_SUFFIX) && unused > DAY
    if (index >= MOST_FILES || bytes > MOST_BYTES || unused > LONGEST_UNUSED || isLeft) rmSync(path, { force: true })
  }
}
