import type { QueryRequest, QueryResult } from '../domain/ports.ts'
import type { Clock, Duration } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant, minus } from '../time/instant.ts'

export const BEYOND_RETENTION = 'backend/beyond-retention'

export interface Kept {
  /** How far back there are logs; undefined: nobody has said. */
  readonly retention: Duration | undefined
  /** What to do where the service keeps more than that. */
  readonly hint: string
}

/**
 * A service searches what it still has of a window and says nothing of the rest. What came is then a part; the schedule gives slots
 * of such windows up, as gaps of the kind `retention`.
 */
export function withoutWhatIsGone(
  result: QueryResult,
  { window, workspace }: Pick<QueryRequest, 'window' | 'workspace'>,
  { retention, hint }: Kept,
  clock: Clock,
): QueryResult {
  if (retention === undefined || window === undefined || result.status === 'partial') return result
  const oldest = minus(clock.now(), retention)
  if (window.start >= oldest) return result
  return {
    ...result,
    status: 'partial',
    partialError: {
      code: BEYOND_RETENTION,
      message: `'${workspace}' has logs of the last ${formatDuration(retention)}, and the window begins before, at ${formatInstant(window.start)}: what is older than ${formatInstant(oldest)} was not searched`,
      hint: `search from ${formatInstant(oldest)} on, or over a shorter period; ${hint}`,
      retryable: false,
      context: { workspace },
    },
  }
}
