import { invalid, unsupported } from '../../../errors.ts'
import { MAX_DATETIME_TICKS } from '../../../duckdb/storage.ts'
import { and, call, cast, infix, long, onceAll, sqlNull, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { TICKS } from '../../../values/timespan.ts'
import { arg, constantText, learn, scalar } from '../../entry.ts'
import { clamped, dateOf, plus, quotient, ticksOfDate, timeOfDay, times, withinYears } from './calendar.ts'

const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 }

const UNIT_TICKS: Readonly<Record<string, bigint>> = {
  week: 7n * TICKS.day,
  day: TICKS.day,
  hour: TICKS.hour,
  minute: TICKS.minute,
  second: TICKS.second,
  millisecond: TICKS.millisecond,
  microsecond: TICKS.microsecond,
}

/** Days that the target month lacks become its last day, as in .NET and in DuckDB. */
function addMonths(ticks: SqlExpr, count: SqlExpr, months: number): SqlExpr {
  const shift = cast(times(clamped(count, 150_000 / months), long(months)), 'INTEGER')
  const date = cast(infix(dateOf(ticks), '+', call('to_months', shift)), 'DATE')
  return plus(ticksOfDate(date), timeOfDay(ticks))
}

function addTicks(ticks: SqlExpr, count: SqlExpr, unit: bigint): SqlExpr {
  const limit = MAX_DATETIME_TICKS / unit
  const isSane = and(infix(count, '>=', long(-limit)), infix(count, '<=', long(limit)))
  return plus(ticks, when(isSane, times(count, long(unit)), sqlNull('BIGINT')))
}

type Adder = (ticks: SqlExpr, count: SqlExpr) => SqlExpr

function adder(unit: string): Adder | undefined {
  const months = MONTHS[unit]
  if (months !== undefined) return (ticks, count) => addMonths(ticks, count, months)
  if (unit === 'nanosecond') return (ticks, count) => addTicks(ticks, quotient(count, long(100)), 1n)
  const size = UNIT_TICKS[unit]
  return size === undefined ? undefined : (ticks, count) => addTicks(ticks, count, size)
}

export const datetimeAdd = scalar({
  name: 'datetime_add',
  docs: learn('datetime-add-function'),
  nulls: 'null',
  sql: (args, info) => {
    const part = constantText(args, 0, info)
    const add = adder(part.toLowerCase())
    if (add === undefined) {
      throw invalid(`datetime_add has no part "${part}"`, arg(args, 0, info).span, `parts are ${PARTS.join(', ')}`)
    }
    const amount = arg(args, 1, info)
    if (amount.type !== 'int' && amount.type !== 'long') {
      throw unsupported(`datetime_add of a ${amount.type}`, amount.span, 'the reference takes whole numbers: tolong()')
    }
    return onceAll([arg(args, 2, info).sql, amount.sql], (ticks = long(0), count = long(0)) =>
      withinYears(add(ticks, cast(count, 'BIGINT'))),
    )
  },
})

const PARTS = [...Object.keys(MONTHS), ...Object.keys(UNIT_TICKS), 'nanosecond']
