import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Instant } from '../domain/time.ts'
import { errnoOf, fileError } from './file-error.ts'
import { TEMPORARY_SUFFIX } from './write-atomically.ts'

/** A temporary file that nobody has touched for an hour belongs to a writer that crashed. */
const TEMPORARY_AGE = 3_600_000

/** Makes the function that sweeps a folder the first time that it is asked to, and not again in this process. */
export function createSweeper(clock: Clock): (folder: string) => Promise<void> {
  const swept = new Set<string>()
  return async (folder) => {
    if (swept.has(folder)) return
    swept.add(folder)
    await sweepTemporaries(folder, (clock.now() - TEMPORARY_AGE) as Instant)
  }
}

/**
 * Removes what crashed writers left under `folder`: temporary files untouched since `before`. Younger ones may belong
 * to a process that is writing now. Returns the removed paths; a missing folder has none.
 *
 * @throws IncompleteError `files/unwritable`
 */
export async function sweepTemporaries(folder: string, before: Instant): Promise<readonly string[]> {
  const removed: string[] = []
  for (const path of await temporariesUnder(folder)) {
    try {
      // Another process may rename or sweep it meanwhile: then it is gone, which is as good.
      if ((await stat(path)).mtimeMs >= before) continue
      await rm(path, { force: true })
      removed.push(path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw fileError('remove', path, error)
    }
  }
  return removed
}

/** Walks by hand because `readdir` with `recursive` follows symbolic links (Node 20), out of the folder. */
async function temporariesUnder(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) found.push(...(await temporariesUnder(path)))
      else if (entry.isFile() && entry.name.endsWith(TEMPORARY_SUFFIX)) found.push(path)
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError('sweep', folder, error)
  }
  return found
}
