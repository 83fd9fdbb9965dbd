import { existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LedgerError, UsageError } from '../../domain/errors.ts'
import type { Instant } from '../../domain/time.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { placeFile } from '../../files/place-file.ts'
import { createTemporary } from '../../files/write-atomically.ts'
import { compactInstant } from '../../time/instant.ts'
import { numberIn, textIn } from '../database.ts'
import type { Database } from '../database.ts'
import { contentsOf } from './check.ts'
import type { LedgerContents } from './check.ts'
import { openExisting } from './open-existing.ts'
import type { MaintenanceOptions } from './open-existing.ts'

export interface BackupRequest {
  /** A file, or a folder in which the copy is named after the ledger and the time. */
  readonly target: string
  readonly overwrite: boolean
  readonly now: Instant
}

export interface LedgerBackup {
  readonly path: string
  readonly bytes: number
  readonly ledgerVersion: number
  readonly contents: LedgerContents
}

/**
 * Copies a ledger while others may write to it. VACUUM INTO reads one state of the file and holds up no writer
 * (https://www.sqlite.org/lang_vacuum.html#vacuuminto); the copy is examined before it gets its name, so that a file under
 * that name is always a whole ledger.
 *
 * Rejects with LedgerError; with UsageError `usage/backup-exists` when the target is there and must not be overwritten.
 */
export async function backupLedger(
  path: string,
  request: BackupRequest,
  options: MaintenanceOptions,
): Promise<LedgerBackup> {
  const { database, version } = openExisting(path, options)
  try {
    const target = targetOf(path, request)
    if (!request.overwrite && existsSync(target)) throw backupExists(target)
    return await copyTo(target, database, { version, overwrite: request.overwrite })
  } finally {
    database.close()
  }
}

function targetOf(path: string, { target, now }: BackupRequest): string {
  const isFolder = /[\\/]$/.test(target) || (existsSync(target) && statSync(target).isDirectory())
  return isFolder ? join(target, `${basename(path).replace(/\.db$/, '')}-${compactInstant(now)}.db`) : target
}

async function copyTo(
  target: string,
  database: Database,
  { version, overwrite }: { readonly version: number; readonly overwrite: boolean },
): Promise<LedgerBackup> {
  const temporary = await reserve(target)
  try {
    vacuumInto(database, temporary, target)
    const contents = examine(database, temporary, version)
    if (!(await placeFile(temporary, target, overwrite).catch((cause: unknown) => fail(target, cause)))) {
      throw backupExists(target)
    }
    return { path: target, bytes: statSync(target).size, ledgerVersion: version, contents }
  } finally {
    // A failure to tidy up must not hide the first one; a temporary that stays says by its name what it is.
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** An empty file beside the target, which nobody else takes. */
async function reserve(target: string): Promise<string> {
  try {
    await makeFolder(dirname(target))
    const { path, handle } = await createTemporary(dirname(target), basename(target))
    await handle.close()
    return path
  } catch (cause) {
    return fail(target, cause)
  }
}

/** What SQLite says here may be about either file: only damage and locks are surely the ledger's. */
function vacuumInto(database: Database, temporary: string, target: string): void {
  try {
    database.run('VACUUM INTO :temporary', { temporary })
  } catch (error) {
    if (!(error instanceof LedgerError) || ['ledger/corrupt', 'ledger/locked'].includes(error.code)) throw error
    fail(target, error.cause)
  }
}

/** Attached, not opened: libsql keeps the file of a closed connection open, and Windows renames no open file. */
function examine(database: Database, copy: string, version: number): LedgerContents {
  database.run('ATTACH :copy AS copy', { copy })
  try {
    const verdict = textIn(database.get('PRAGMA copy.quick_check(1)') ?? {}, 'quick_check')
    const copied = numberIn(database.get('PRAGMA copy.user_version') ?? {}, 'user_version')
    if (verdict !== 'ok' || copied !== version) fail(copy, new Error(`the copy is damaged (${verdict})`))
    return contentsOf(database, 'copy')
  } finally {
    database.script('DETACH copy')
  }
}

function fail(target: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new LedgerError({
    code: 'ledger/backup-failed',
    message: `the backup ${target} could not be written: ${reason}`,
    hint: 'The ledger itself is untouched. Check the room and the rights in that folder, or name another one.',
    retryable: true,
    context: { path: target },
    cause,
  })
}

function backupExists(target: string): UsageError {
  return new UsageError({
    code: 'usage/backup-exists',
    message: `${target} is there already`,
    hint: 'Name another file, a folder (the copy is then named after the time), or overwrite it with --force.',
  })
}
