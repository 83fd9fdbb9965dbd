import { InternalError, LedgerError } from '../domain/errors.ts'
import type { HuntError } from '../domain/errors.ts'

interface Meaning {
  /** Beginnings of SQLite's result names (https://www.sqlite.org/rescode.html). */
  readonly results: readonly string[]
  readonly code: string
  readonly what: string
  readonly hint: string
  readonly retryable: boolean
}

const UNWRITABLE: Meaning = {
  results: ['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_AUTH', 'SQLITE_IOERR'],
  code: 'ledger/unwritable',
  what: 'cannot be written',
  hint: 'Check that this user may write to the file and its folder and that the disk is sound, or choose another place with HUNT_LEDGER.',
  retryable: false,
}

const DAMAGED: Meaning = {
  results: ['SQLITE_NOTADB', 'SQLITE_CORRUPT'],
  code: 'ledger/corrupt',
  what: 'is damaged or no database',
  hint:
    'Restore it from a backup. Without one, move the file and its -wal and -shm companions away and run again; ' +
    'a new ledger knows no earlier finding, so incidents open once more.',
  retryable: false,
}

const MEANINGS: readonly Meaning[] = [
  {
    results: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
    code: 'ledger/locked',
    what: 'is locked by another program',
    hint: 'Run again when that program has finished, or stop it. On a network drive locks may never end: keep the ledger on a local disk.',
    retryable: true,
  },
  DAMAGED,
  {
    results: ['SQLITE_FULL'],
    code: 'ledger/full',
    what: 'cannot grow, for the disk is full',
    hint: 'Free some space and run again; nothing that was recorded is lost.',
    retryable: true,
  },
  UNWRITABLE,
]

/** The folder of the ledger cannot be made. */
export function unwritableError(path: string, cause: unknown): HuntError {
  return errorOf(path, UNWRITABLE, '', cause)
}

/** The file ends where no page does. */
export function cutError(path: string, size: number): HuntError {
  return errorOf(path, DAMAGED, '', new Error(`it ends after ${size} bytes, in the middle of a page`))
}

/** Turns what the driver threw into a LedgerError that says what to do; what only a bug can cause, into an InternalError. */
export function ledgerError(path: string, cause: unknown): HuntError {
  const result = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const meaning = meaningOf(result, reasonOf(cause))
  if (meaning === undefined) {
    return new InternalError({
      code: 'ledger/bug',
      message: `the ledger ${path} refused a statement: ${reasonOf(cause)}`,
      hint: 'This is a bug; please report it.',
      cause,
    })
  }
  return errorOf(path, meaning, result, cause)
}

function errorOf(path: string, { code, what, hint, retryable }: Meaning, result: string, cause: unknown): LedgerError {
  const message = `the ledger ${path} ${what} (${reasonOf(cause)})`
  return new LedgerError({ code, message, hint, retryable, context: { path, sqlite: result }, cause })
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function meaningOf(result: string, reason: string): Meaning | undefined {
  // A failed open comes as a plain error whose text carries the result; libsql 0.5.29.
  if (reason.startsWith('ConnectionFailed')) return UNWRITABLE
  return MEANINGS.find(({ results }) => results.some((name) => result.startsWith(name)))
}

/** A command that looks must not create what it looks for. */
export function missingError(path: string): LedgerError {
  return new LedgerError({
    code: 'ledger/missing',
    message: `there is no ledger at ${path}`,
    hint: 'The first run makes it. If it should be there, HUNT_LEDGER or --output may name another place.',
    context: { path },
  })
}
