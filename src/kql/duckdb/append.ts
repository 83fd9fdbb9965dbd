import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'

export interface AppendTarget {
  readonly table: string
  readonly isTemporary: boolean
}

/**
 * Fills a table through DuckDB's appender, which never outlives this call with rows in it. One that did would write them
 * when the garbage collector finds it: on the main thread, waiting for the connection, on which a query may be waiting for
 * the main thread to run a function in JavaScript. Neither would ever go on, nor take a signal.
 */
export async function append(
  connection: DuckDBConnection,
  { table, isTemporary }: AppendTarget,
  fill: (appender: DuckDBAppender) => void | Promise<void>,
): Promise<void> {
  const appender = await (isTemporary
    ? connection.createAppender(table, null, 'temp')
    : connection.createAppender(table))
  try {
    await fill(appender)
    appender.flushSync()
  } catch (error) {
    appender.clear()
    throw error
  } finally {
    appender.closeSync()
  }
}
