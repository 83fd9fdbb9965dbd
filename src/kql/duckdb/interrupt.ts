import type { DuckDBConnection } from '@duckdb/node-api'
import type { Duration } from '../../domain/time.ts'
import { every } from '../../time/every.ts'

/** DuckDB forgets an interrupt that comes between two of its phases, or between two statements, so it is told until it has stopped. */
const INTERVAL = 50 as Duration

export interface Interrupter {
  /** Ends what runs on the connection, and what is begun on it from now on. */
  interrupt(): void
  /** From now on it may run again. */
  end(): void
}

/** Interrupts when the signal is aborted, too. */
export function interrupterOf(connection: DuckDBConnection, signal: AbortSignal | undefined): Interrupter {
  let settle = (): void => undefined
  const interrupt = (): void => {
    settle()
    settle = every(INTERVAL, () => connection.interrupt())
  }
  signal?.addEventListener('abort', interrupt)
  return {
    interrupt,
    end: () => {
      signal?.removeEventListener('abort', interrupt)
      settle()
    },
  }
}
