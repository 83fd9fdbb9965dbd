import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export const TEST_FILE = /\.test\.ya?ml$/i

/** Absolute paths of the rule tests under a folder, sorted; hidden folders and node_modules are left out. */
export async function findTestFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && TEST_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](\.[^\\/]+|node_modules)[\\/]/.test(path.slice(folder.length)))
    .sort()
}
