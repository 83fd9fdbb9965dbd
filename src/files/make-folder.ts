import { access, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './file-error.ts'

/**
 * Makes a folder and those above it. Rejects with the system's error: `mkdir` with `recursive` calls a read-only disk a missing
 * folder (ENOENT; Node 20 to 24), and whoever reads that looks for the wrong thing.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    await mkdir(await firstMissing(folder))
    await mkdir(folder, { recursive: true })
  }
}

async function firstMissing(folder: string): Promise<string> {
  const parent = dirname(folder)
  if (parent === folder || (await exists(parent))) return folder
  return firstMissing(parent)
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
