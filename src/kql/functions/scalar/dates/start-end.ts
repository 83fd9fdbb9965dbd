import { call, cast, long, once } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { arg, learn, scalar, type ScalarEntry } from '../../entry.ts'
import {
  clamped,
  dateOf,
  dayNumber,
  minus,
  modulo,
  plus,
  ticksOfDate,
  ticksPerDay,
  times,
  withinYears,
} from './calendar.ts'

type Unit = 'day' | 'week' | 'month' | 'year'

/** First tick of the unit that lies `offset` units after the one of `ticks`. Weeks begin on Sunday. */
const START: Readonly<Record<Unit, (ticks: SqlExpr, offset: SqlExpr) => SqlExpr>> = {
  day: (ticks, offset) => times(plus(dayNumber(ticks), clamped(offset, 4_000_000)), ticksPerDay),
  week: (ticks, offset) => {
    // 0001-01-01 is a Monday.
    const sunday = minus(dayNumber(ticks), modulo(plus(dayNumber(ticks), long(1)), long(7)))
    return times(plus(sunday, times(clamped(offset, 600_000), long(7))), ticksPerDay)
  },
  month: (ticks, offset) => {
    const date = dateOf(ticks)
    const months = plus(
      plus(times(call('year', date), long(12)), minus(call('month', date), long(1))),
      clamped(offset, 150_000),
    )
    return startOfMonth(months)
  },
  year: (ticks, offset) => startOfMonth(times(plus(call('year', dateOf(ticks)), clamped(offset, 12_000)), long(12))),
}

/** `months` counts from January of year 0. */
function startOfMonth(months: SqlExpr): SqlExpr {
  // Floor division: DuckDB's cuts towards zero, so count from a year far before.
  const shifted = plus(months, long(12 * 20_000))
  const year = minus({ kind: 'infix', operator: '//', left: shifted, right: long(12) }, long(20_000))
  return ticksOfDate(call('make_date', year, plus(modulo(shifted, long(12)), long(1)), cast(long(1), 'BIGINT')))
}

function startEntry(unit: Unit): ScalarEntry {
  return scalar({
    name: `startof${unit}`,
    docs: learn(`startof${unit}-function`),
    nulls: 'null',
    sql: (args, info) =>
      once(arg(args, 0, info).sql, (ticks) => withinYears(START[unit](ticks, args[1]?.sql ?? long(0)))),
  })
}

/** The last tick of the unit: one before the next unit begins. */
function endEntry(unit: Unit): ScalarEntry {
  return scalar({
    name: `endof${unit}`,
    docs: learn(`endof${unit}-function`),
    nulls: 'null',
    sql: (args, info) =>
      once(arg(args, 0, info).sql, (ticks) => {
        const next = START[unit](ticks, plus(clamped(args[1]?.sql ?? long(0), 100_000_000), long(1)))
        return withinYears(minus(next, long(1)))
      }),
  })
}

const UNITS: readonly Unit[] = ['day', 'week', 'month', 'year']

export const startEndEntries: readonly ScalarEntry[] = [...UNITS.map(startEntry), ...UNITS.map(endEntry)]
