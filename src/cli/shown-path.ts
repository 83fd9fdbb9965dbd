import { isAbsolute, relative } from 'node:path'

/** A path as the user would type it: relative where that is shorter to read, with `/`. */
export function shownPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path.replaceAll('\\', '/')
  const short = relative(cwd, path)
  return (short.startsWith('..') || isAbsolute(short) ? path : short).replaceAll('\\', '/')
}
