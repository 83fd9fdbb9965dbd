import { statSync } from 'node:fs'
import { numberIn } from './database.ts'
import type { Database } from './database.ts'
import { cutError } from './ledger-error.ts'

/**
 * Refuses a file that ends in the middle of a page: SQLite reads the rest as zeros and finds nothing wrong with it. With a
 * write-ahead log that is how a checkpoint looks that has been interrupted, and the log makes it good.
 *
 * @throws LedgerError `ledger/corrupt`
 */
export function refuseCutFile(database: Database): void {
  const pageSize = numberIn(database.get('PRAGMA page_size') ?? {}, 'page_size')
  if (hasLog(database.path)) return
  const size = sizeOf(database.path)
  // Asked again, for another process may have begun to write in between.
  if (size % pageSize === 0 || hasLog(database.path)) return
  throw cutError(database.path, size)
}

function hasLog(path: string): boolean {
  return sizeOf(`${path}-wal`) > 0
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
