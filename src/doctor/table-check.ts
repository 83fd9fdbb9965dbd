import type { TableSchema } from '../domain/schema.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import type { DoctorCheck } from './diagnosis.ts'
import type { TableQuestion, TableState } from './probe-table.ts'

/** What the rules expect of a table. */
export interface TableWish {
  readonly known: TableSchema | undefined
  /** The least time that any rule over the table waits for late records; undefined when none waits. */
  readonly patience: Duration | undefined
  /** False for a data folder, where `ingestion_time()` says nothing. */
  readonly hasIngestion: boolean
}

export function tableCheck(question: TableQuestion, state: TableState, wish: TableWish): DoctorCheck {
  const { table, workspace, period } = question
  const common = { area: 'table', subject: `${workspace}/${table}`, workspace } as const
  if (state.kind === 'missing') {
    const told = { ...common, status: 'failure' as const, message: 'it is not there', code: state.error.code }
    return { ...told, remedy: 'connect its data source; a table exists only once something has been sent to it' }
  }
  if (state.kind === 'unknown') {
    const { message, hint, code } = state.error
    return { ...common, status: 'skipped', message, remedy: hint ?? 'try again', code }
  }
  const { records } = state
  if (records === undefined) {
    const message = 'it is there; without TimeGenerated its age cannot be told'
    return { ...common, status: 'ok', message, facts: { columns: state.schema.columns.length } }
  }
  const facts = {
    columns: state.schema.columns.length,
    records: records.count,
    oldest: timeOrNull(records.oldest),
    newest: timeOrNull(records.newest),
    delayMilliseconds: records.delay ?? null,
  }
  if (records.count === 0) {
    const message = `no record in ${formatDuration(period)}`
    return { ...common, status: 'warning', message, facts, remedy: 'check its data connector' }
  }
  return { ...common, facts, ...judged(state, wish) }
}

function judged(
  { schema, records }: Extract<TableState, { kind: 'present' }>,
  { known, patience, hasIngestion }: TableWish,
): Pick<DoctorCheck, 'status' | 'message' | 'remedy'> {
  const newest = records?.newest
  const found = newest === undefined ? 'it has records' : `newest record ${toMinute(newest)}`
  const delay = hasIngestion ? records?.delay : undefined
  const late = delay === undefined ? '' : `; 99 of 100 records come within ${shortly(delay)}`
  if (delay !== undefined && patience !== undefined && delay > patience) {
    return {
      status: 'warning',
      message: `${found}${late}, but a rule waits for only ${formatDuration(patience)}`,
      remedy: `set hunt.delay or hunt.overlap of the rules that read it to ${shortly(delay)} or more`,
    }
  }
  const changed = changedTypes(schema, known)
  if (changed.length > 0) {
    return {
      status: 'warning',
      message: `${found}${late}; types differ from the schema here: ${changed.slice(0, 3).join(', ')}`,
      remedy: 'hunt schema pull takes over the types of the workspace, so that local runs and checks agree',
    }
  }
  return { status: 'ok', message: `${found}${late}` }
}

function changedTypes(actual: TableSchema, known: TableSchema | undefined): readonly string[] {
  const expected = new Map(known?.columns.map(({ name, type }) => [name, type]))
  return actual.columns.flatMap(({ name, type }) => {
    const other = expected.get(name)
    return other === undefined || other === type ? [] : [`${name} is ${type}, not ${other}`]
  })
}

/** To the second: fractions of a second say nothing about a delay. */
function shortly(duration: Duration): string {
  return formatDuration((Math.max(1, Math.ceil(duration / 1000)) * 1000) as Duration)
}

/** `2026-03-07T23:38Z`: the line fits 80 columns, and the facts have the rest. */
function toMinute(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 16)}Z`
}

function timeOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant)
}
