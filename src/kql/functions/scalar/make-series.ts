/** What lower/operators/make-series.ts needs of arrays along an axis; not functions of Kusto's. */
import { REFUSAL } from '../../errors.ts'
import { call, cast, infix, text, long } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { formatDatetime } from '../../values/datetime.ts'
import { fromStorage, isArray, printJson, type Json } from '../../values/json.ts'
import { formatTimespan } from '../../values/timespan.ts'
import { toDynamic } from '../convert.ts'
import {
  aggregate,
  arg,
  learn,
  scalar,
  type AggregateEntry,
  type NativeFunction,
  type NativeValue,
  type ScalarEntry,
} from '../entry.ts'

const PAGE = learn('make-series-operator')
/** Longer arrays are an error or cut short in the engine, so no guess: the operator's documentation page. */
const MAX_LENGTH = 1_048_576n

function checkedLength(count: NativeValue): number {
  if (typeof count !== 'bigint') throw new Error(`${REFUSAL}make-series whose from, to or step is null`)
  if (count > MAX_LENGTH) throw new Error(`${REFUSAL}make-series of more than ${MAX_LENGTH} values`)
  return Math.max(0, Number(count))
}

const seriesNative: NativeFunction = {
  name: 'kql_series_values',
  takes: ['VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  seesNulls: true,
  run: (points, position, first, count, standard) => {
    const values: string[] = new Array<string>(checkedLength(count)).fill(standard === null ? 'null' : String(standard))
    const known = fromStorage(points === null ? null : String(points))
    for (const point of isArray(known) ? known : []) {
      if (!isArray(point)) continue
      const index = Number(BigInt(point[0] as bigint) - BigInt((first ?? 0n) as bigint))
      if (index >= 0 && index < values.length) values[index] = printJson(point[Number(position)] ?? null)
    }
    return `[${values.join(',')}]`
  },
}

const FORMATS: Readonly<Record<string, (value: bigint) => Json>> = {
  datetime: formatDatetime,
  timespan: formatTimespan,
}

const axisNative: NativeFunction = {
  name: 'kql_series_axis',
  takes: ['VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT', 'BIGINT'],
  returns: 'VARCHAR',
  seesNulls: true,
  run: (type, origin, step, first, count) => {
    const format = FORMATS[String(type)] ?? ((value: bigint): Json => value)
    const [start, width, skipped] = [origin, step, first].map((value) => BigInt((value ?? 0n) as bigint)) as [
      bigint,
      bigint,
      bigint,
    ]
    const values = Array.from({ length: checkedLength(count) }, (_, index) =>
      format(start + (skipped + BigInt(index)) * width),
    )
    return printJson(values)
  },
}

const realAxisNative: NativeFunction = {
  name: 'kql_series_axis_real',
  takes: ['DOUBLE', 'DOUBLE', 'BIGINT', 'BIGINT'],
  returns: 'VARCHAR',
  seesNulls: true,
  run: (origin, step, first, count) =>
    printJson(
      Array.from(
        { length: checkedLength(count) },
        (_, index) => Number(origin) + (Number(first) + index) * Number(step),
      ),
    ),
}

/** Whole steps from `origin` to `value`, downwards. */
function stepsBetween(value: SqlExpr, origin: SqlExpr, step: SqlExpr, isReal: boolean): SqlExpr {
  const distance = infix(value, '-', origin)
  if (isReal) return cast(call('floor', infix(distance, '/', step)), 'BIGINT')
  const rest = infix(infix(infix(distance, '%', step), '+', step), '%', step)
  return infix(infix(distance, '-', rest), '//', step)
}

export const makeSeriesEntries: readonly ScalarEntry[] = [
  scalar({
    name: 'series bin',
    docs: PAGE,
    nulls: 'null',
    sql: (args, info) => {
      const [value, origin, step] = [0, 1, 2].map((index) => arg(args, index, info).sql) as [SqlExpr, SqlExpr, SqlExpr]
      return stepsBetween(value, origin, step, arg(args, 0, info).type === 'real')
    },
  }),
  scalar({
    name: 'series length',
    docs: PAGE,
    nulls: 'null',
    sql: (args, info) => {
      const [from, to, step] = [0, 1, 2].map((index) => arg(args, index, info).sql) as [SqlExpr, SqlExpr, SqlExpr]
      // `to` is not part of the axis: the number of steps, upwards.
      if (arg(args, 0, info).type === 'real') {
        return cast(call('ceil', infix(infix(to, '-', from), '/', step)), 'BIGINT')
      }
      const upwards = infix(infix(infix(to, '-', from), '+', step), '-', long(1))
      return infix(upwards, '//', step)
    },
  }),
  scalar({
    name: 'series axis',
    docs: PAGE,
    nulls: 'handled',
    natives: [axisNative, realAxisNative],
    sql: (args, info) => {
      const { type } = arg(args, 0, info)
      const values = args.map(({ sql }) => sql)
      return type === 'real' ? call(realAxisNative.name, ...values) : call(axisNative.name, text(type), ...values)
    },
  }),
  scalar({
    name: 'series values',
    docs: PAGE,
    nulls: 'handled',
    natives: [seriesNative],
    sql: (args, info) => {
      const [points, position, first, count] = args.map(({ sql }) => sql) as [SqlExpr, SqlExpr, SqlExpr, SqlExpr]
      return call(seriesNative.name, points, position, first, count, toDynamic(arg(args, 4, info)))
    },
  }),
]

/** All bins of a group: `[[bin, value, …], …]`. */
export const makeSeriesAggregates: readonly AggregateEntry[] = [
  aggregate({
    name: 'series points',
    docs: PAGE,
    sql: (args) => {
      const items = args.flatMap((value, index) => [
        ...(index === 0 ? [] : [text(',')]),
        call('coalesce', toDynamic(value), text('null')),
      ])
      const points = call('list', call('concat', text('['), ...items, text(']')))
      return call('concat', text('['), call('array_to_string', points, text(',')), text(']'))
    },
  }),
]
