import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const TEST_FILE = /\.test\.ya?ml$/i

/** Absolute paths of the rule tests under a folder, sorted; hidden folders and node_modules are left out. */
export async function findTestFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names
    .filter((name) => TEST_FILE.test(name) && !/(^|[\\/])(\.[^\\/]+|node_modules)[\\/]/.test(name))
    .map((name) => join(folder, name))
    .sort()
}

/** Those in the folder of a file, or under a folder. */
export async function findTestFilesBeside(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isDirectory()) return findTestFiles(path)
  const folder = dirname(path)
  const names = await readdir(folder)
  return names
    .filter((name) => TEST_FILE.test(name))
    .map((name) => join(folder, name))
    .sort()
}
