import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileError } from './file-error.ts'

/**
 * Checks that files can be made in a folder, or that the folder can be made, and leaves nothing behind.
 * @throws IncompleteError `files/unwritable`
 */
export async function checkWritable(folder: string): Promise<void> {
  const place = await nearestExisting(folder)
  try {
    await access(place, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw fileError('write to', place, error)
  }
}

/** Bytes that an ordinary user may still write where the folder is, or will be. */
export async function freeSpace(folder: string): Promise<number> {
  const place = await nearestExisting(folder)
  try {
    const { bavail, bsize } = await statfs(place)
    return bavail * bsize
  } catch (error) {
    throw fileError('examine', place, error)
  }
}

async function nearestExisting(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    try {
      await access(place, constants.F_OK)
      return place
    } catch (error) {
      if (dirname(place) === place) throw fileError('find', place, error)
    }
  }
}
