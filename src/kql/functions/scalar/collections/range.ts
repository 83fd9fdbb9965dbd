import { invalid, REFUSAL, unsupported } from '../../../errors.ts'
import { formatDatetime, isDatetime } from '../../../values/datetime.ts'
import type { Json } from '../../../values/json.ts'
import { formatTimespan, TICKS } from '../../../values/timespan.ts'
import { double, long } from '../../../sql/build.ts'
import { arg, learn, scalar, type ScalarEntry, type SqlArg } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

/** Most elements that the function gives (the reference's page on range). */
const MAX_ELEMENTS = 1_048_576

/** Null where the step is zero. */
export function rangeOf<T extends bigint | number>(
  start: T,
  stop: T,
  step: T,
  plus: (value: T, step: T) => T,
): T[] | null {
  const zero = typeof step === 'bigint' ? 0n : 0
  if (step === zero || Number.isNaN(Number(step))) return null
  const values: T[] = []
  for (let value = start; step > zero ? value <= stop : value >= stop; value = plus(value, step)) {
    values.push(value)
    if (values.length === MAX_ELEMENTS) break
  }
  return values
}

const addTicks = (value: bigint, step: bigint): bigint => value + step

function tickRange(name: string, print: (ticks: bigint) => Json): ScalarEntry {
  return nativeScalar({
    name,
    page: 'range-function',
    takes: ['long', 'long', 'long'],
    returns: 'dynamic',
    run: (start, stop, step) => rangeOf(start ?? 0n, stop ?? 0n, step ?? 0n, addTicks)?.map(print) ?? null,
  })
}

const longs = tickRange('range_long', (value) => value)
const datetimes = tickRange('range_datetime', (ticks) => (isDatetime(ticks) ? formatDatetime(ticks) : null))
const timespans = tickRange('range_timespan', formatTimespan)
const reals = nativeScalar({
  name: 'range_real',
  page: 'range-function',
  takes: ['real', 'real', 'real'],
  returns: 'dynamic',
  run: (start, stop, step) => rangeOf(start ?? NaN, stop ?? NaN, step ?? NaN, (value, by) => value + by),
})

const kinds: readonly ScalarEntry[] = [longs, datetimes, timespans, reals]

/** Ticks are longs underneath; without a step numbers go by 1, datetimes and timespans by an hour. */
const asLong = (argument: SqlArg): SqlArg => ({ ...argument, type: 'long' })

export const rangeEntry = scalar({
  name: 'range',
  docs: learn('range-function'),
  nulls: 'null',
  natives: kinds.flatMap(({ natives }) => natives ?? []),
  sql: (args, info) => {
    const start = arg(args, 0, info)
    const stop = arg(args, 1, info)
    const given = args[2]
    const types = new Set(args.map(({ type }) => type))
    const step = (ticks: bigint): SqlArg => given ?? { sql: long(ticks), type: 'long', literal: ticks, span: info.span }
    if (start.type === 'datetime' || start.type === 'timespan') {
      const kind = start.type === 'datetime' ? datetimes : timespans
      if (stop.type !== start.type || (given !== undefined && given.type !== 'timespan')) {
        throw unsupported(`range over ${[...types].join(', ')}`, info.span)
      }
      return kind.sql([start, stop, step(TICKS.hour)].map(asLong), info)
    }
    const other = args.find(({ type }) => type !== 'int' && type !== 'long' && type !== 'real')
    if (other !== undefined) throw unsupported(`range over ${[...types].join(', ')}`, other.span)
    if (types.has('real')) {
      return reals.sql([start, stop, given ?? { sql: double(1), type: 'real', literal: 1, span: info.span }], info)
    }
    return longs.sql([start, stop, step(1n)], info)
  },
})

/** The array of `count` equal elements; Kusto refuses dynamics here (recorded: r3-dynamic-json/0022). */
export const repeatEntry = nativeScalar({
  name: 'repeat',
  page: 'repeat-function',
  takes: ['dynamic', 'long'],
  returns: 'dynamic',
  seesNulls: true,
  refuses: (args, info) => {
    const value = arg(args, 0, info)
    if (value.type === 'dynamic') throw invalid('repeat() takes no dynamic value', value.span)
  },
  run: (value, count) => {
    if (count === null || count < 0n) return null
    if (count > MAX_ELEMENTS) throw new Error(`${REFUSAL}repeat() of more than ${MAX_ELEMENTS} elements`)
    return new Array<Json>(Number(count)).fill(value)
  },
})
