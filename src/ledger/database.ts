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

type Driven = InstanceType<typeof Driver>
type Statement = ReturnType<Driven['prepare']>

interface DatabaseOptions {
  /** How long a statement waits for another process's transaction. */
  readonly busyMilliseconds: number
  /** What holds for a connection and not for the file: each one begins with it. */
  readonly pragmas?: string
}

export function openDatabase(path: string, options: DatabaseOptions): Database {
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw error instanceof HuntError ? error : ledgerError(path, error)
    }
  }
  const connection = guarded(() => new Connection(path, options))
  const all = (sql: string, parameters: SqlParameters = {}): readonly SqlRow[] =>
    guarded(() => connection.step(sql, (statement) => statement.all(parameters) as readonly SqlRow[]))
  return {
    path,
    all,
    get: (sql, parameters) => all(sql, parameters)[0],
    run: (sql, parameters = {}) =>
      guarded(() => connection.step(sql, (statement) => statement.run(parameters).changes)),
    script: (sql) => guarded(() => connection.driver().exec(sql)),
    transaction: (work) => guarded(() => inTransaction(connection.driver(), work)),
    snapshot: (work) => guarded(() => inSnapshot(connection.driver(), work)),
    close: () => guarded(() => connection.close()),
  }
}

/**
 * A connection with its prepared statements, which is exchanged for a new one when it is spoilt.
 *
 * SQLite leaves a statement that it refused with SQLITE_BUSY in progress, so that it can be stepped again, and libsql neither
 * steps nor resets it (0.5.29; https://github.com/tursodatabase/libsql-js/pull/238). From then on every COMMIT of the connection
 * fails, also when the lock is long gone, or it sees nothing of what others write: a process would live on and never record
 * anything again.
 */
class Connection {
  readonly #path: string
  readonly #options: DatabaseOptions
  #driver: Driven
  readonly #statements = new Map<string, Statement>()
  #isSpoilt = false

  constructor(path: string, options: DatabaseOptions) {
    this.#path = path
    this.#options = options
    this.#driver = this.#open()
  }

  /** Of a transaction that goes on the connection stays the same: its end has to be told to this one. */
  driver(): Driven {
    if (this.#isSpoilt && !this.#driver.inTransaction) {
      const driver = this.#open()
      this.#statements.clear()
      this.#driver.close()
      this.#driver = driver
      this.#isSpoilt = false
    }
    return this.#driver
  }

  step<T>(sql: string, work: (statement: Statement) => T): T {
    try {
      return work(this.#prepare(sql))
    } catch (error) {
      if (isBusy(error)) this.#isSpoilt = true
      throw error
    }
  }

  close(): void {
    this.#driver.close()
  }

  #prepare(sql: string): Statement {
    const driver = this.driver()
    const statement = this.#statements.get(sql) ?? driver.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #open(): Driven {
    const { busyMilliseconds, pragmas = '' } = this.#options
    const driver = new Driver(this.#path, { timeout: busyMilliseconds })
    try {
      driver.exec(pragmas)
      return driver
    } catch (error) {
      driver.close()
      throw error
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

/**
 * IMMEDIATE, because a transaction that begins by reading and then writes fails without waiting when another process
 * wrote in between. SQLite ends the transaction itself on some failures (full disk): there is then nothing to roll back.
 */
function inTransaction<T>(driver: Driven, work: () => T): T {
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
function inSnapshot<T>(driver: Driven, work: () => T): T {
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
