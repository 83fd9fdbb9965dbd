import type { Backend } from '../domain/ports.ts'
import type { Cell } from '../domain/kusto.ts'
import type { Duration, Window } from '../domain/time.ts'
import { milliseconds, parseDuration } from '../time/duration.ts'
import { quoteTableName } from '../text/kql-text.ts'

export interface DelayQuestion {
  readonly workspace: string
  readonly table: string
  /** Records of this time are looked at; it should have ended long enough ago for late ones to be there. */
  readonly window: Window
  readonly timeout: Duration
}

export interface MeasuredDelay {
  readonly rows: number
  readonly p50: Duration | undefined
  readonly p99: Duration | undefined
}

const SUMMARY = [
  'extend Delay = ingestion_time() - TimeGenerated',
  'summarize Records = count(), P50 = percentile(Delay, 50), P99 = percentile(Delay, 99)',
].join(' | ')

/** Asks how long the records of a table took to arrive. Rejects as Backend.query does. */
export async function measureDelay(
  { workspace, table, window, timeout }: DelayQuestion,
  backend: Backend,
  signal: AbortSignal,
): Promise<MeasuredDelay> {
  const query = `${quoteTableName(table)} | ${SUMMARY}`
  const { table: answer } = await backend.query({ query, window, now: window.end, workspace, timeout }, signal)
  const [[rows, p50, p99] = []] = [...answer.rows]
  return { rows: Number(rows ?? 0), p50: timespanIn(p50), p99: timespanIn(p99) }
}

/** A cell of type timespan, `[-][d.]hh:mm:ss[.fffffff]`; undefined for null. */
export function timespanIn(cell: Cell | undefined): Duration | undefined {
  if (typeof cell !== 'string') return undefined
  const isNegative = cell.startsWith('-')
  const length = parseDuration(isNegative ? cell.slice(1) : cell)
  return length === undefined || !isNegative ? length : milliseconds(-length)
}
