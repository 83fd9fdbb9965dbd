import { MAX_DATETIME_TICKS } from '../../../duckdb/storage.ts'
import { invalid } from '../../../errors.ts'
import { call, infix, long, once, sqlNull, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { TICKS } from '../../../values/timespan.ts'
import { arg, constantText, learn, scalar, type ScalarEntry } from '../../entry.ts'
import { dateOf, dayNumber, modulo, plus, quotient, ticksPerDay, timeOfDay, times } from './calendar.ts'

const within = (size: bigint, unit: bigint) => (ticks: SqlExpr) => quotient(modulo(ticks, long(size)), long(unit))

/** Parts of a datetime by their lower-case names; weeks are ISO 8601 weeks. */
const PARTS: Readonly<Record<string, (ticks: SqlExpr) => SqlExpr>> = {
  year: (ticks) => call('year', dateOf(ticks)),
  quarter: (ticks) => call('quarter', dateOf(ticks)),
  month: (ticks) => call('month', dateOf(ticks)),
  week_of_year: (ticks) => call('weekofyear', dateOf(ticks)),
  weekofyear: (ticks) => call('weekofyear', dateOf(ticks)),
  day: (ticks) => call('day', dateOf(ticks)),
  dayofyear: (ticks) => call('dayofyear', dateOf(ticks)),
  hour: (ticks) => quotient(timeOfDay(ticks), long(TICKS.hour)),
  minute: within(TICKS.hour, TICKS.minute),
  second: within(TICKS.minute, TICKS.second),
  millisecond: within(TICKS.second, TICKS.millisecond),
  microsecond: within(TICKS.second, TICKS.microsecond),
  nanosecond: (ticks) => times(modulo(ticks, long(TICKS.second)), long(100)),
}

/**
 * The binder says int for these functions, the engine answers long (recorded: docs/getyear-function-00,
 * docs/hour-of-day-function-00, docs/monthofyear-function-00, docs/datetime-part-function-00).
 */
const asLong = (): 'long' => 'long'

function partEntry(name: string, page: string, part: string): ScalarEntry {
  const sql = PARTS[part]
  if (sql === undefined) throw new RangeError(`no date part ${part}`)
  return scalar({
    name,
    docs: learn(page),
    nulls: 'null',
    type: asLong,
    sql: (args, info) => sql(arg(args, 0, info).sql),
  })
}

function namedPart(name: string): ScalarEntry {
  return scalar({
    name,
    docs: learn('datetime-part-function'),
    nulls: 'null',
    type: asLong,
    sql: (args, info) => {
      const part = constantText(args, 0, info)
      const sql = PARTS[part.toLowerCase()]
      if (sql === undefined) throw invalid(`datetime_part has no part "${part}"`, arg(args, 0, info).span, PART_HINT)
      return sql(arg(args, 1, info).sql)
    },
  })
}

const PART_HINT = `parts are ${Object.keys(PARTS).join(', ')}`

/** Days since Sunday as a timespan. Null on the very last day of the calendar, as recorded. */
const dayofweek = scalar({
  name: 'dayofweek',
  docs: learn('day-of-week-function'),
  nulls: 'null',
  sql: (args, info) =>
    once(arg(args, 0, info).sql, (ticks) => {
      const lastDay = long(MAX_DATETIME_TICKS - (MAX_DATETIME_TICKS % TICKS.day))
      const days = modulo(plus(dayNumber(ticks), long(1)), long(7))
      return when(infix(ticks, '>=', lastDay), sqlNull('BIGINT'), times(days, ticksPerDay))
    }),
})

export const datePartEntries: readonly ScalarEntry[] = [
  dayofweek,
  partEntry('dayofmonth', 'day-of-month-function', 'day'),
  partEntry('dayofyear', 'day-of-year-function', 'dayofyear'),
  partEntry('hourofday', 'hour-of-day-function', 'hour'),
  partEntry('week_of_year', 'week-of-year-function', 'week_of_year'),
  partEntry('monthofyear', 'monthofyear-function', 'month'),
  partEntry('getmonth', 'getmonth-function', 'month'),
  partEntry('getyear', 'getyear-function', 'year'),
  namedPart('datetime_part'),
  namedPart('datepart'),
]
