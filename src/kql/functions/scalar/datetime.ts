import { call, cast, double, infix, long, sqlNull, when, cases, once, onceAll } from '../../sql/build.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import { unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { formatWith, SAMPLE_TICKS } from '../../values/format.ts'
import { toParts } from '../../values/datetime.ts'
import { TICKS } from '../../values/timespan.ts'
import { convert } from '../convert.ts'
import { positiveRemainder, wrapping } from '../operators/arithmetic.ts'
import {
  arg,
  constantText,
  learn,
  scalar,
  type CallInfo,
  type NativeFunction,
  type NativeValue,
  type ScalarEntry,
  type SqlArg,
} from '../entry.ts'

/** The multiple of `step` at or below the value; nothing for a step that is not positive. */
export function floorSql(value: SqlExpr, step: SqlExpr): SqlExpr {
  return onceAll([value, step], (x, size) =>
    once(infix(x, '%', size), (remainder) => {
      const near = infix(x, '-', remainder)
      // Only the lowest numbers have no multiple below them that a long holds; there it wraps, as sums do.
      const below = cases([[infix(remainder, '<', long(0)), wrapping('-', near, size)]], near)
      return when(infix(size, '>', long(0)), below, sqlNull('BIGINT'))
    }),
  )
}

/** As floorSql(). */
export function decimalFloor(value: SqlExpr, step: SqlExpr): SqlExpr {
  const zero = cast(long(0), STORAGE_TYPE.decimal)
  const below = cast(infix(value, '-', positiveRemainder(value, step, zero)), STORAGE_TYPE.decimal)
  return when(infix(step, '>', zero), below, sqlNull(STORAGE_TYPE.decimal))
}

function binSql(args: readonly SqlArg[], info: CallInfo): SqlExpr {
  const value = arg(args, 0, info)
  const step = arg(args, 1, info)
  switch (info.type) {
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan': {
      const floor = floorSql(
        convert(value, info.type === 'int' ? 'long' : info.type, info).sql,
        cast(step.sql, 'BIGINT'),
      )
      return info.type === 'int' ? cast(floor, 'INTEGER') : floor
    }
    case 'decimal':
      return onceAll([convert(value, 'decimal', info).sql, convert(step, 'decimal', info).sql], decimalFloor)
    case 'real': {
      const x = convert(value, 'real', info).sql
      return onceAll([x, convert(step, 'real', info).sql], (v, s) =>
        when(infix(s, '>', double(0)), infix(call('floor', infix(v, '/', s)), '*', s), sqlNull('DOUBLE')),
      )
    }
    default:
      throw unsupported(`bin of a ${value.type}`, info.span)
  }
}

const bin = (name: string): ScalarEntry => scalar({ name, docs: learn('bin-function'), nulls: 'null', sql: binSql })

/** Natives on ticks; the calendar is JavaScript's proleptic Gregorian one, which is .NET's. */
function ticksNative(
  name: string,
  run: (ticks: bigint, ...rest: bigint[]) => bigint | null,
  extra: number,
): NativeFunction {
  return {
    name: `kql_${name}`,
    takes: ['BIGINT', ...Array.from({ length: extra }, () => 'BIGINT' as const)],
    returns: 'BIGINT',
    run: (...values: NativeValue[]) => {
      const [first = 0n, ...rest] = values.map((value) => BigInt(value as bigint))
      return run(first, ...rest)
    },
  }
}

const MONTH_UNITS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }
const TICK_UNITS: Readonly<Record<string, bigint>> = {
  week: 7n * TICKS.day,
  day: TICKS.day,
  hour: TICKS.hour,
  minute: TICKS.minute,
  second: TICKS.second,
  millisecond: TICKS.millisecond,
  microsecond: TICKS.microsecond,
  nanosecond: 0n,
}

/** Boundaries of the unit between the two: calendar months and years, weeks from Sunday, else floored ticks. */
function difference(unit: string, left: bigint, right: bigint): bigint {
  const months = MONTH_UNITS[unit]
  if (months !== undefined) {
    const index = (ticks: bigint): number => {
      const { year, month } = toParts(ticks)
      return Math.floor((year * 12 + month - 1) / months)
    }
    return BigInt(index(left) - index(right))
  }
  // More than 292 years are more nanoseconds than a long holds; it wraps as in all other arithmetic of the engine.
  if (unit === 'nanosecond') return BigInt.asIntN(64, (left - right) * 100n)
  const size = TICK_UNITS[unit] ?? 1n
  const shift = unit === 'week' ? TICKS.day : 0n
  return (left + shift) / size - (right + shift) / size
}

const UNITS = [...Object.keys(MONTH_UNITS), ...Object.keys(TICK_UNITS)]
const diffNative = (unit: string): NativeFunction =>
  ticksNative(`diff_${unit}`, (left, right = 0n) => difference(unit, left, right), 1)
function unitOf(args: readonly SqlArg[], info: CallInfo): string {
  const unit = constantText(args, 0, info).toLowerCase()
  if (!UNITS.includes(unit)) throw unsupported(`the unit "${unit}" in ${info.name}`, info.span)
  return unit
}

const datetimeDiff = scalar({
  name: 'datetime_diff',
  docs: learn('datetime-diff-function'),
  nulls: 'null',
  natives: UNITS.map(diffNative),
  // Weeks come as a real, whatever the binder says (recorded: r2-datetime-timespan/0012).
  type: (_args, [unit]) => (String(unit).toLowerCase() === 'week' ? 'real' : 'long'),
  sql: (args, info) => {
    const [left, right] = [convert(arg(args, 1, info), 'datetime', info), convert(arg(args, 2, info), 'datetime', info)]
    const count = call(`kql_diff_${unitOf(args, info)}`, left.sql, right.sql)
    return info.type === 'real' ? cast(count, 'DOUBLE') : count
  },
})

const formatNative: NativeFunction = {
  name: 'kql_format_datetime',
  takes: ['BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (ticks, format) => formatWith(BigInt(ticks as bigint), String(format)) ?? '',
}

const formatDatetime = scalar({
  name: 'format_datetime',
  docs: learn('format-datetime-function'),
  nulls: 'null',
  natives: [formatNative],
  sql: (args, info) => {
    const format = constantText(args, 1, info)
    if (formatWith(SAMPLE_TICKS, format) === undefined) throw unsupported(`the datetime format "${format}"`, info.span)
    const value = call(formatNative.name, convert(arg(args, 0, info), 'datetime', info).sql, arg(args, 1, info).sql)
    return call('coalesce', value, { kind: 'text', value: '' })
  },
})

export const datetimes: readonly ScalarEntry[] = [bin('bin'), bin('floor'), datetimeDiff, formatDatetime]
