import type { Backend } from '../domain/ports.ts'
import type { Clock, Instant } from '../domain/time.ts'

/**
 * The embedded engine reads a table once, and a daemon that catches up is busy for hours: a slot that comes due meanwhile
 * must not be searched in tables as they were before it. Before such a query the tables are forgotten, and read anew.
 */
export function withFreshTables(backend: Backend, clock: Clock): Backend {
  let readSince: Instant | undefined
  let running = 0
  const close = async (): Promise<void> => {
    readSince = undefined
    await backend.close()
  }
  return {
    name: backend.name,
    close,
    async query(request, signal) {
      const isStale = readSince !== undefined && request.now !== undefined && readSince < request.now
      // A daemon over a folder has one query at a time; another one must not lose its tables.
      if (isStale && running === 0) await close()
      readSince ??= clock.now()
      running += 1
      try {
        return await backend.query(request, signal)
      } finally {
        running -= 1
      }
    },
  }
}
