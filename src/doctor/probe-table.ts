import { HuntError } from '../domain/errors.ts'
import type { Cell, ResultTable } from '../domain/kusto.ts'
import { loadedAnswer } from '../domain/loaded-answer.ts'
import { schemaFromRows } from '../domain/schema.ts'
import type { TableSchema } from '../domain/schema.ts'
import { quoteTableName } from '../text/kql-text.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { timespanIn } from '../run/index.ts'
import { minus, parseInstant } from '../time/instant.ts'
import type { DoctorPorts } from './doctor-ports.ts'

export interface TableQuestion {
  readonly table: string
  readonly workspace: string
  /** How far back to look for records. */
  readonly period: Duration
  readonly at: Instant
  readonly timeout: Duration
}

/** What a workspace has of one table. */
export type TableState =
  | { readonly kind: 'missing'; readonly error: HuntError }
  /** The workspace could not say. */
  | { readonly kind: 'unknown'; readonly error: HuntError }
  | { readonly kind: 'present'; readonly schema: TableSchema; readonly records: TableRecords | undefined }

/** Records within the period; undefined in a state for a table without `TimeGenerated`. */
export interface TableRecords {
  readonly count: number
  readonly oldest: Instant | undefined
  readonly newest: Instant | undefined
  /** 99 of 100 records arrive within this time after `TimeGenerated`. */
  readonly delay: Duration | undefined
}

export async function probeTable(
  question: TableQuestion,
  { backend }: Pick<DoctorPorts, 'backend'>,
  signal: AbortSignal,
): Promise<TableState> {
  const { table, workspace, timeout, at, period } = question
  const name = quoteTableName(table)
  const ask = async (query: string): Promise<ResultTable> => {
    const window = { start: minus(at, period), end: at }
    return loadedAnswer(await backend.query({ query, window, now: at, workspace, timeout }, signal)).table
  }
  try {
    const schema = schemaFromRows(table, await ask(`${name} | getschema | project ColumnName, ColumnType`))
    if (!schema.columns.some((column) => column.name === 'TimeGenerated')) {
      return { kind: 'present', schema, records: undefined }
    }
    return { kind: 'present', schema, records: recordsOf(await ask(`${name} | ${SUMMARY}`)) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HuntError)) throw error
    return { kind: error.code === 'kql/unknown-table' || error.code === 'kql/semantic' ? 'missing' : 'unknown', error }
  }
}

const SUMMARY = [
  'summarize Records = count(), Oldest = min(TimeGenerated), Newest = max(TimeGenerated),',
  'Delay = percentile(ingestion_time() - TimeGenerated, 99)',
].join(' ')

function recordsOf({ rows }: ResultTable): TableRecords {
  const [count, oldest, newest, delay] = rows[0] ?? []
  return { count: Number(count ?? 0), oldest: instantOf(oldest), newest: instantOf(newest), delay: timespanIn(delay) }
}

function instantOf(cell: Cell | undefined): Instant | undefined {
  return typeof cell === 'string' ? parseInstant(cell) : undefined
}
