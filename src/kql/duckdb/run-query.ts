import { VARCHAR, type DuckDBConnection, type DuckDBResult } from '@duckdb/node-api'
import { BackendError, KqlError } from '../../domain/errors.ts'
import type { Column, ResultTable, Row } from '../../domain/kusto.ts'
import type { ResultSize } from '../../domain/ports.ts'
import type { Duration } from '../../domain/time.ts'
import { tooComplex } from '../bounded-work.ts'
import { internal, isOutOfMemory, outOfMemory, REFUSAL } from '../errors.ts'
import type { PrintedSql } from '../sql/print.ts'
import { emptyCell, toCell } from './cells.ts'
import { interrupterOf } from './interrupt.ts'
import { watchMemory, type MemoryBound } from './memory-watch.ts'
import { HELD, type ThreadBound } from './thread-bound.ts'
import { STORAGE_TYPE } from './storage.ts'

export interface RunOptions {
  /** More rows than this are an error, not a cut: a silent cut would lose findings. */
  readonly maxRows: number | undefined
  /** Larger than this, and the rows so far are the answer: for a caller that cuts by itself and says so. */
  readonly enough?: ResultSize | undefined
  /** Beyond it the query is stopped. */
  readonly memory?: MemoryBound | undefined
  /** How long one call of a function in JavaScript may take. */
  readonly thread?: { readonly bound: ThreadBound; readonly limit: Duration | undefined } | undefined
  readonly signal: AbortSignal | undefined
}

/** What ends a query. */
export type RunBounds = Pick<RunOptions, 'memory' | 'thread' | 'signal'>

export interface RunnableQuery {
  /** Of the result. */
  readonly columns: readonly Column[]
  /** For each of `columns` its place in what the statement gives; undefined: no row has a value there. */
  readonly places: readonly (number | undefined)[]
  readonly sql: PrintedSql
}

/** Aborting interrupts DuckDB at once. */
export async function runQuery(
  connection: DuckDBConnection,
  query: RunnableQuery,
  options: RunOptions,
): Promise<ResultTable> {
  const { columns, sql } = query
  return interruptibly(connection, sql, options, async () => {
    const result = await materialize(connection, sql, limitOf(options))
    checkTypes(result, query)
    return { columns, rows: await readRows(result, query, bounded(options, columns)) }
  })
}

/** Runs the query for what it may fail with; its rows are held nowhere. */
export async function tryQuery(connection: DuckDBConnection, { sql }: RunnableQuery, bounds: RunBounds): Promise<void> {
  await interruptibly(connection, sql, bounds, async () => {
    await materialize(connection, { ...sql, text: `EXPLAIN ANALYZE ${sql.text}` }, undefined)
  })
}

/**
 * More rows than this end Node.js for want of memory. The service gives 500,000 at most; so do we for 20 columns, and more
 * for fewer. No LIMIT in the statement: DuckDB plans it otherwise (an ORDER BY becomes TOP_N, common tables are inlined),
 * and what nearly no query needs must not change how each one runs.
 */
const MOST_CELLS = 10_000_000
const MOST_ROWS = 1_000_000
/** Also of tables with very many columns. */
const LEAST_MOST_ROWS = 50_000

function bounded(options: RunOptions, columns: readonly Column[]): RunOptions {
  if (options.enough !== undefined) return options
  const fitting = Math.floor(MOST_CELLS / Math.max(1, columns.length))
  const most = Math.min(MOST_ROWS, Math.max(LEAST_MOST_ROWS, fitting))
  return { ...options, maxRows: Math.min(options.maxRows ?? most, most) }
}

/** DuckDB's own account of how it runs, or ran, the statement. */
export async function explainQuery(
  connection: DuckDBConnection,
  sql: PrintedSql,
  { measured, ...bounds }: RunBounds & { readonly measured: boolean },
): Promise<string> {
  return interruptibly(connection, sql, bounds, async () => {
    const text = `EXPLAIN ${measured ? 'ANALYZE ' : ''}${sql.text}`
    const result = await materialize(connection, { ...sql, text }, undefined)
    const plans = (await result.getRowsJS()).map((row) => String(row[1]).trimEnd())
    return plans.map(withoutStatement).join('\n')
  })
}

/** What was measured begins with a box that repeats the statement on one line. */
function withoutStatement(plan: string): string {
  return plan.replace(/^[^]*?\n(?=┌─+┐\n│┌─+┐│\n││ +Total Time)/, '')
}

async function interruptibly<Result>(
  connection: DuckDBConnection,
  sql: PrintedSql,
  { signal, memory, thread }: RunBounds,
  work: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  const interrupter = interrupterOf(connection, signal)
  const leave = thread?.bound.enter(thread.limit)
  let isTooLarge = false
  const stopWatching =
    memory === undefined
      ? undefined
      : watchMemory(memory, () => {
          isTooLarge = true
          interrupter.interrupt()
        })
  try {
    return await work()
  } catch (cause) {
    signal?.throwIfAborted()
    if (isTooLarge) throw outOfMemory('the query, with its answer,', OF_QUERY, cause)
    throw translateError(cause, sql)
  } finally {
    stopWatching?.()
    leave?.()
    interrupter.end()
  }
}

/**
 * The whole result at once. DuckDB would also stream it, but then hands on each handful of rows that a filter leaves of
 * 2048, and reading a hundred columns of a handful costs as much as of 2048 (120 rows of 100 columns: 295 against 50 ms).
 */
async function materialize(
  connection: DuckDBConnection,
  { text, parameters }: PrintedSql,
  limit: number | undefined,
): Promise<DuckDBResult> {
  const limited = limit === undefined ? text : `${text}\nLIMIT ${limit}`
  if (parameters.length === 0) return connection.run(limited)
  return connection.run(
    limited,
    parameters as string[],
    parameters.map(() => VARCHAR),
  )
}

/** One row more than the caller may or wants to have, to see that there are more. */
function limitOf({ maxRows, enough }: RunOptions): number | undefined {
  const limits = [maxRows, enough?.rows].filter((limit) => limit !== undefined)
  return limits.length === 0 ? undefined : Math.min(...limits) + 1
}

/** The SQL must give exactly the storage types that the binder promised; anything else is a bug of ours. */
function checkTypes(result: DuckDBResult, { columns, places }: RunnableQuery): void {
  columns.forEach(({ name, type }, index) => {
    const place = places[index]
    if (place === undefined) return
    const actual = result.columnType(place).toString()
    // parse_version() gives whole decimals of more digits than the others have room for.
    const isVersion = type === 'decimal' && actual === 'DECIMAL(38,0)'
    if (actual !== STORAGE_TYPE[type] && !isVersion)
      throw internal('result-type', `column "${name}" should be ${type} but SQL gives ${actual}`)
  })
}

async function readRows(
  result: DuckDBResult,
  { columns, places }: RunnableQuery,
  { maxRows, enough, signal }: RunOptions,
): Promise<Row[]> {
  const rows: Row[] = []
  const empty = columns.map(({ type }) => emptyCell(type))
  let bytes = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    signal?.throwIfAborted()
    if (chunk === null || chunk.rowCount === 0) return rows
    const filled = columns.flatMap(({ type }, index) => {
      const place = places[index]
      return place === undefined ? [] : [[index, type, chunk.getColumnVector(place)] as const]
    })
    for (let at = 0; at < chunk.rowCount; at++) {
      const row = [...empty]
      for (const [index, type, vector] of filled) row[index] = toCell(vector.getItem(at), type)
      rows.push(row)
    }
    if (enough !== undefined) {
      for (const row of rows.slice(-chunk.rowCount)) bytes += sizeOf(row)
      if (rows.length > enough.rows || bytes > enough.bytes) return rows
    }
    if (maxRows !== undefined && rows.length > maxRows) throw tooManyRows(maxRows)
  }
}

function tooManyRows(maxRows: number): BackendError {
  return new BackendError({
    code: 'backend/too-many-rows',
    message: `the query gives more than ${maxRows.toLocaleString('en-US')} rows`,
    hint: 'narrow it with where, take or summarize',
  })
}

/** As `ResultSize` counts. */
function sizeOf(row: Row): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? Buffer.byteLength(cell) : 8), 0)
}

const OF_QUERY = {
  memory: 'raise HUNT_MEMORY (`memory:` in hunt.yaml), free disk for temporary files, or narrow the query',
  disk: 'free disk there or name a larger folder (TMPDIR), raise HUNT_MEMORY (`memory:` in hunt.yaml), or narrow the query',
}

/** What DuckDB says at run time: memory is the user's to raise, anything else is our translation's fault. */
function translateError(cause: unknown, sql: PrintedSql): unknown {
  if (!(cause instanceof Error) || 'exitCode' in cause) return cause
  const refusal = cause.message.indexOf(REFUSAL)
  if (refusal !== -1) {
    return new KqlError({
      code: 'kql/unsupported',
      message: `the local engine does not support ${cause.message.slice(refusal + REFUSAL.length).split('\n', 1)[0] ?? ''}`,
      cause,
    })
  }
  const held = cause.message.indexOf(HELD)
  if (held !== -1) return tooComplex(cause.message.slice(held + HELD.length).split('\n', 1)[0] ?? '', cause)
  if (isOutOfMemory(cause)) return outOfMemory('the query', OF_QUERY, cause)
  if (/Max expression depth limit|stack overflow/i.test(cause.message)) {
    return tooComplex('the query goes deeper than DuckDB can follow', cause)
  }
  if (/Non-inner join on correlated columns|Unsupported join type for flattening/.test(cause.message)) {
    return new KqlError({
      code: 'kql/unsupported',
      message: 'the local engine does not support a join inside of mv-apply or partition that is no inner join',
      hint: 'join before it',
      cause,
    })
  }
  // All that they are of stands in the row around, so that DuckDB (1.5.5) takes them for that row's query.
  if (/LATERAL join cannot contain (?:aggregates|window functions)/.test(cause.message)) {
    return new KqlError({
      code: 'kql/unsupported',
      message:
        'the local engine does not support an aggregate or a window function of nothing but the columns around mv-apply or partition, before a join inside of it',
      hint: 'compute it, or join, before mv-apply or partition',
      cause,
    })
  }
  const pattern = /^Invalid Input Error: (pattern too large[^\n]*)/.exec(cause.message)?.[1]
  if (pattern !== undefined) return tooComplex(`a regular expression is too large for DuckDB (${pattern})`, cause)
  // A number that a row computes, and that the storage cannot hold: the data's doing, not the translation's.
  // A function in JavaScript that says so is an invalid input to DuckDB.
  const beyond = /^(?:Invalid Input Error: )?(?:Out of Range|Conversion) Error: ([^\n]*)/.exec(cause.message)?.[1]
  if (beyond !== undefined) {
    return new KqlError({
      code: 'kql/out-of-range',
      message: `a value in this query goes beyond what the local engine can compute: ${beyond}`,
      hint: 'filter out the rows with such values first, or run this query against the workspace (--backend azure)',
      cause,
    })
  }
  const error = internal('duckdb', `DuckDB refused our SQL: ${cause.message.split('\n', 1)[0] ?? ''}`)
  return Object.assign(error, { cause, context: { sql: sql.text.slice(0, 2000) } })
}
