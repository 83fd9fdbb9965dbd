import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** What a run whose answer was not whole calls its files; output/result-paths.ts has all names. */
const PARTIAL = /\.partial(?=\.[a-z]+$)/

export function isPartialFile(path: string): boolean {
  return PARTIAL.test(path)
}

/**
 * Where the rows are that a partial run has found: in its own file, or, once its slot has been searched completely, in the
 * one that has taken its place. An alert keeps the name that its file had, as seen from `cwd`.
 */
export function standingResultFile(named: string, cwd: string): string {
  const path = resolve(cwd, named)
  if (!isPartialFile(path) || existsSync(path)) return path
  const whole = path.replace(PARTIAL, '')
  return existsSync(whole) ? whole : path
}
