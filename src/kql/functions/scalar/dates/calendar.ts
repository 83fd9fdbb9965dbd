/** Calendar arithmetic in SQL over tick columns: DuckDB's DATE has the same proleptic Gregorian calendar as .NET. */
import { MAX_DATETIME_TICKS } from '../../../duckdb/storage.ts'
import { and, call, cast, infix, long, sqlNull, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { TICKS } from '../../../values/timespan.ts'

/** Days from 0001-01-01 to 1970-01-01. */
const EPOCH_DAYS = 719_162n

export const plus = (left: SqlExpr, right: SqlExpr): SqlExpr => infix(left, '+', right)
export const minus = (left: SqlExpr, right: SqlExpr): SqlExpr => infix(left, '-', right)
export const times = (left: SqlExpr, right: SqlExpr): SqlExpr => infix(left, '*', right)
export const modulo = (left: SqlExpr, right: SqlExpr): SqlExpr => infix(left, '%', right)
export const quotient = (left: SqlExpr, right: SqlExpr): SqlExpr => infix(left, '//', right)

export const ticksPerDay = long(TICKS.day)

/** Whole days since 0001-01-01. */
export const dayNumber = (ticks: SqlExpr): SqlExpr => quotient(ticks, ticksPerDay)

export const timeOfDay = (ticks: SqlExpr): SqlExpr => modulo(ticks, ticksPerDay)

/** The day as a DuckDB DATE. */
export const dateOf = (ticks: SqlExpr): SqlExpr =>
  call('make_date', cast(minus(dayNumber(ticks), long(EPOCH_DAYS)), 'INTEGER'))

/** Ticks at the start of a DuckDB DATE. */
export const ticksOfDate = (date: SqlExpr): SqlExpr =>
  times(minus(date, call('make_date', cast(long(-EPOCH_DAYS), 'INTEGER'))), ticksPerDay)

/** Null where the ticks leave the years 1 to 9999. */
export const withinYears = (ticks: SqlExpr): SqlExpr =>
  when(and(infix(ticks, '>=', long(0)), infix(ticks, '<=', long(MAX_DATETIME_TICKS))), ticks, sqlNull('BIGINT'))

/** Keeps a count so small that multiplying it cannot overflow; what is cut off lies outside the calendar anyway. */
export const clamped = (count: SqlExpr, limit: number): SqlExpr =>
  call('greatest', call('least', cast(count, 'BIGINT'), long(limit)), long(-limit))
