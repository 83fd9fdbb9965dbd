import { lstat, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { InternalError } from '../domain/errors.ts'
import { errnoOf, fileError } from './file-error.ts'

/**
 * Joins names under `root` and makes sure that the result lies there, also after symbolic links are followed: a link
 * inside the folder that leads out of it is refused. The root itself may be a link, and nothing needs to exist yet.
 * The path keeps the form of `root`, relative or absolute.
 *
 * @throws InternalError `files/outside` when a name itself climbs out: names are ours, so that is a bug.
 * @throws IncompleteError `files/unwritable` when a link leads out.
 */
export async function joinUnder(root: string, ...names: readonly string[]): Promise<string> {
  const path = join(root, ...names)
  if (names.some((name) => name.includes('\0')) || !isInside(resolve(root), resolve(path))) {
    throw new InternalError({
      code: 'files/outside',
      message: `the file name ${JSON.stringify(names.join('/'))} leads out of ${root}`,
      hint: 'This is a bug; please report it.',
    })
  }
  const [realRoot, realPath] = [await realpathOfExisting(resolve(root)), await realpathOfExisting(resolve(path))]
  // The deepest existing ancestor may be above a root that does not exist yet; both then have the same one.
  if (realPath !== realRoot && !isInside(realRoot, realPath)) {
    throw fileError('write', path, new Error(`a symbolic link leads out of ${root}, to ${realPath}`))
  }
  return path
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The real path of the deepest part that exists. A dangling link counts as existing and cannot be resolved: refused. */
async function realpathOfExisting(path: string): Promise<string> {
  for (let current = path; ; current = dirname(current)) {
    try {
      await lstat(current)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' && dirname(current) !== current) continue
      throw fileError('reach', path, error)
    }
    try {
      return await realpath(current)
    } catch (error) {
      throw fileError('follow', current, error)
    }
  }
}
