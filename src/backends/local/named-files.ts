import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackendError } from '../../domain/errors.ts'
import { isInside } from './data-folder.ts'
import { outsideFolder, unreadable } from './faults.ts'

/** One or, where only the case of the ending tells them apart, more. */
export type NamedFiles = readonly [string, ...string[]]

/**
 * Files of a folder that end in `extension`, in either case, and links that may lead to some, by their names without it and in
 * code unit order; none when the folder is not there. The folder itself must not be a link.
 */
export async function filesOf(folder: string, extension: string): Promise<ReadonlyMap<string, NamedFiles>> {
  try {
    if ((await lstat(folder)).isSymbolicLink()) throw outsideFolder(folder, dirname(folder))
    const entries = await readdir(folder, { withFileTypes: true })
    const files = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter((name) => name.toLowerCase().endsWith(extension))
      .sort()
    const named = new Map<string, NamedFiles>()
    for (const file of files) {
      const stem = file.slice(0, -extension.length)
      named.set(stem, [...(named.get(stem) ?? []), file])
    }
    return named
  } catch (cause) {
    if (cause instanceof BackendError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return new Map()
    throw unreadable(folder, cause)
  }
}

/** @throws BackendError `local/ambiguous-file` */
export function checkOnly(folder: string, [file, ...others]: NamedFiles): void {
  if (others.length === 0) return
  throw new BackendError({
    code: 'local/ambiguous-file',
    message: `${folder} has ${[file, ...others].join(' and ')}, which stand for the same name`,
    hint: 'keep one of them',
  })
}

/**
 * Where a file of `filesOf` is. A link is followed to a file inside the folder, as mounted ones have them: any other could show
 * what the user did not mean to, and left alone it would be a file that is there and counts for nothing.
 *
 * @throws BackendError `local/outside-folder`, `local/unreadable`
 */
export async function insideFolder(folder: string, file: string): Promise<string> {
  const path = join(folder, file)
  try {
    const target = await realpath(path)
    if (isInside(await realpath(folder), target) && (await stat(target)).isFile()) return target
  } catch (cause) {
    throw unreadable(path, cause)
  }
  throw outsideFolder(path, folder)
}
