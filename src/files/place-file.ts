import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './file-error.ts'
import { syncFolder } from './write-atomically.ts'

/**
 * Gives a finished temporary file its name, in the same folder, so that it survives a power cut. Resolves with false, and
 * leaves both files alone, when the name is taken and must not be overwritten; rejects with what the system said.
 */
export async function placeFile(temporary: string, path: string, overwrite: boolean): Promise<boolean> {
  const handle = await open(temporary, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (overwrite) await rename(temporary, path)
  else if (!(await linkOnce(temporary, path))) return false
  await syncFolder(dirname(path))
  return true
}

/** A hard link is made only where nothing is: no moment passes between looking and writing. */
async function linkOnce(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    await rm(temporary)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    // FAT and some network file systems know no links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error))) throw error
    return renameOnce(temporary, path)
  }
  return true
}

/** Without links the name is first taken by an empty file, which a crash may leave. */
async function renameOnce(temporary: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
  await rename(temporary, path)
  return true
}
