import { STORAGE_TYPE } from '../../../duckdb/storage.ts'
import { unsupported } from '../../../errors.ts'
import { and, call, cast, double, infix, onceAll, sqlNull, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { convert } from '../../convert.ts'
import { arg, learn, scalar, type ScalarEntry } from '../../entry.ts'
import { datetimeOrNull, wrapping } from '../../operators/arithmetic.ts'
import { decimalFloor, floorSql } from '../datetime.ts'

/** The grid point at or below the value, counted from the fixed point; null for a step that is not positive. */
const binAt = scalar({
  name: 'bin_at',
  docs: learn('bin-at-function'),
  nulls: 'null',
  sql: (args, info) => {
    const operands = [arg(args, 0, info), arg(args, 1, info), arg(args, 2, info)]
    if (info.type === 'real') return onceAll(operands.map((each) => convert(each, 'real', info).sql), realPoint) // prettier-ignore
    if (info.type === 'decimal')
      return onceAll(operands.map((each) => convert(each, 'decimal', info).sql), decimalPoint) // prettier-ignore
    if (!['int', 'long', 'datetime', 'timespan'].includes(info.type))
      throw unsupported(`bin_at of a ${info.type}`, info.span)
    const point = onceAll(operands.map(({ sql }) => cast(sql, 'BIGINT')), wholePoint) // prettier-ignore
    // Before the year 1 there is a point of the grid, but no datetime.
    if (info.type === 'datetime') return datetimeOrNull(point)
    return info.type === 'int' ? cast(point, 'INTEGER') : point
  },
})

function realPoint(value: SqlExpr, step: SqlExpr, origin: SqlExpr): SqlExpr {
  const steps = call('floor', infix(infix(value, '-', origin), '/', step))
  return when(infix(step, '>', double(0)), infix(infix(steps, '*', step), '+', origin), sqlNull('DOUBLE'))
}

function decimalPoint(value: SqlExpr, step: SqlExpr, origin: SqlExpr): SqlExpr {
  return cast(infix(decimalFloor(infix(value, '-', origin), step), '+', origin), STORAGE_TYPE.decimal)
}

function wholePoint(value: SqlExpr, step: SqlExpr, origin: SqlExpr): SqlExpr {
  return wrapping('+', floorSql(wrapping('-', value, origin), step), origin)
}

/** Is the value within `delta` of the center? */
const around = scalar({
  name: 'around',
  docs: learn('around-function'),
  nulls: 'null',
  sql: (args, info) => {
    const values = [arg(args, 0, info), arg(args, 1, info), arg(args, 2, info)]
    const isReal = values.some(({ type }) => type === 'real' || type === 'decimal')
    const operands = values.map((each) => (isReal ? convert(each, 'real', info).sql : cast(each.sql, 'HUGEINT')))
    return onceAll(operands, isAround)
  },
})

function isAround(value: SqlExpr, center: SqlExpr, delta: SqlExpr): SqlExpr {
  return and(infix(value, '>=', infix(center, '-', delta)), infix(value, '<=', infix(center, '+', delta)))
}

/** Any number from 0 (included) to 1, or any whole number below the argument. */
const rand = scalar({
  name: 'rand',
  docs: learn('rand-function'),
  nulls: 'null',
  sql: (args, info) => {
    const [limit] = args
    const random = call('random')
    return limit === undefined ? random : call('floor', infix(random, '*', convert(limit, 'real', info).sql))
  },
})

const newGuid = scalar({
  name: 'new_guid',
  docs: learn('new-guid-function'),
  nulls: 'handled',
  sql: () => call('uuid'),
})

export const gridEntries: readonly ScalarEntry[] = [binAt, around, rand, newGuid]
