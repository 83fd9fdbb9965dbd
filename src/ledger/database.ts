import Driver from 'libsql'
import { HuntError } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import { milliseconds } from '../time/duration.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { ledgerError } from './ledger-error.ts'

export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, unknown>>

/** Always named, never positional: the driver takes a single null for an object. */
export type SqlParameters = Readonly<Record<string, SqlValue>>

/** The little that the ledger needs of SQLite. Every failure is a LedgerError, or an InternalError for a bug of ours. */
export interface Database {
  readonly path: string
  all(sql: string, parameters?: SqlParameters): readonly SqlRow[]
  get(sql: string, parameters?: SqlParameters): SqlRow | undefined
  /** Returns the number of changed rows. */
  run(sql: string, parameters?: SqlParameters): number
  /** Several statements without parameters. */
  script(sql: string): void
  /** Runs `work` in one transaction that takes the write lock at once, and rolls back when it throws. */
  transaction<T>(work: () => T): T
  /** Runs `work`, which only reads, over one state of the file, whatever others write meanwhile. */
  snapshot<T>(work: () => T): T
  close(): void
}

/** @param busyMilliseconds how long a statement waits for another process's transaction */
export function openDatabase(path: string, busyMilliseconds: number): Database {
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw error instanceof HuntError ? error : ledgerError(path, error)
    }
  }
  const driver = guarded(() => new Driver(path, { timeout: busyMilliseconds }))
  const statements = new Map<string, ReturnType<typeof driver.prepare<[SqlParameters]>>>()
  const prepare = (sql: string): ReturnType<typeof driver.prepare<[SqlParameters]>> => {
    const statement = statements.get(sql) ?? driver.prepare<[SqlParameters]>(sql)
    statements.set(sql, statement)
    return statement
  }
  const all = (sql: string, parameters: SqlParameters = {}): readonly SqlRow[] =>
    guarded(() => prepare(sql).all(parameters) as readonly SqlRow[])
  return {
    path,
    all,
    get: (sql, parameters) => all(sql, parameters)[0],
    run: (sql, parameters = {}) => guarded(() => prepare(sql).run(parameters).changes),
    script: (sql) => guarded(() => driver.exec(sql)),
    transaction: (work) => guarded(() => inTransaction(driver, work)),
    snapshot: (work) => guarded(() => inSnapshot(driver, work)),
    close: () => guarded(() => driver.close()),
  }
}

/**
 * IMMEDIATE, because a transaction that begins by reading and then writes fails without waiting when another process
 * wrote in between. SQLite ends the transaction itself on some failures (full disk): there is then nothing to roll back.
 */
function inTransaction<T>(driver: InstanceType<typeof Driver>, work: () => T): T {
  driver.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    driver.exec('COMMIT')
    return result
  } catch (error) {
    if (driver.inTransaction) driver.exec('ROLLBACK')
    throw error
  }
}

/** There is nothing to commit, and a damaged file would refuse even that. */
function inSnapshot<T>(driver: InstanceType<typeof Driver>, work: () => T): T {
  driver.exec('BEGIN')
  try {
    return work()
  } finally {
    if (driver.inTransaction) driver.exec('ROLLBACK')
  }
}

export function textIn(row: SqlRow, name: string): string {
  const value = row[name]
  return typeof value === 'string' ? value : ''
}

/** A failure as it was recorded; undefined where there is none. */
export function errorIn(row: SqlRow, name: string): ErrorRecord | undefined {
  const text = textIn(row, name)
  return text === '' ? undefined : (JSON.parse(text) as ErrorRecord)
}

export function numberIn(row: SqlRow, name: string): number {
  const value = row[name]
  return typeof value === 'number' ? value : Number.NaN
}

/** Undefined for NULL. */
export function optionalInstant(row: SqlRow, name: string): Instant | undefined {
  const value = row[name]
  return typeof value === 'number' ? instantFromMillis(value) : undefined
}

/** Undefined for NULL. */
export function optionalDuration(row: SqlRow, name: string): Duration | undefined {
  const value = row[name]
  return typeof value === 'number' ? milliseconds(value) : undefined
}
