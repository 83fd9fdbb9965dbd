import { sep } from 'node:path'

/**
 * A path as DuckDB takes it for that file alone: it reads `*`, `?` and `[` in the name of a file or folder as a pattern, and so
 * other files than the one that is meant. In brackets each stands for itself.
 */
export function literalPath(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}

/** Its patterns cannot say a backslash, which may belong to a name where it does not part folders. */
export function hasLiteralPath(path: string): boolean {
  return sep === '\\' || !path.includes('\\') || literalPath(path) === path
}
