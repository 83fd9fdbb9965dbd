import { HuntError } from '../domain/errors.ts'
import { loadedAnswer } from '../domain/loaded-answer.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { quoteKqlString } from '../text/kql-text.ts'
import type { DoctorCheck } from './diagnosis.ts'
import type { DoctorPorts } from './doctor-ports.ts'
import { countOf } from '../text/count.ts'

export interface WatchlistQuestion {
  readonly alias: string
  readonly workspace: string
  readonly at: Instant
  readonly timeout: Duration
}

export interface WatchlistState {
  readonly check: DoctorCheck
  /** The workspace says that it has no such list; a data folder takes it for empty, and says so. */
  readonly isMissing: boolean
}

/** Whether a workspace has a watchlist, and how many items: an empty list of exceptions lets everything through. */
export async function probeWatchlist(
  { alias, workspace, at, timeout }: WatchlistQuestion,
  { backend }: Pick<DoctorPorts, 'backend'>,
  signal: AbortSignal,
): Promise<WatchlistState> {
  const common = { area: 'table', subject: `${workspace}/watchlist ${alias}`, workspace } as const
  const query = `_GetWatchlist(${quoteKqlString(alias)}) | count`
  try {
    const { table } = loadedAnswer(
      await backend.query({ query, window: undefined, now: at, workspace, timeout }, signal),
    )
    const items = Number(table.rows[0]?.[0] ?? 0)
    const facts = { items }
    if (items > 0)
      return {
        check: { ...common, status: 'ok', message: countOf(items, 'item'), facts },
        isMissing: false,
      }
    const remedy = backend.name === 'local' ? `put it into watchlists/${alias}.csv` : 'fill it, or see who emptied it'
    return { check: { ...common, status: 'warning', message: 'it has no items', remedy, facts }, isMissing: false }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HuntError)) throw error
    const { message, hint, code } = error
    const isMissing = code === 'kql/unknown-table' || code === 'kql/semantic'
    const remedy = isMissing
      ? 'create it in the workspace, or mend the alias in the rule'
      : (hint ?? 'see docs/errors.md')
    const check = {
      ...common,
      status: 'failure',
      message: isMissing ? 'it is not there' : message,
      remedy,
      code,
    } as const
    return { check, isMissing }
  }
}
