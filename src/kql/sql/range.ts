import type { Range } from '../ir/relation.ts'
import { STORAGE_TYPE } from '../duckdb/storage.ts'
import { call, cast, column, double, infix, lambda, long } from './build.ts'
import type { SqlExpr, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

export function rangeSql(range: Range, translation: Translation): SqlSelect {
  const [from, to, step] = [range.from, range.to, range.step].map((bound) => translation.scalar(bound)) as [
    SqlExpr,
    SqlExpr,
    SqlExpr,
  ]
  const values = range.column.type === 'real' ? realSeries(from, to, step) : integerSeries(range, from, to, step)
  return {
    kind: 'select',
    star: false,
    outputs: [translation.define(range.column, call('unnest', values))],
    where: [],
  }
}

function integerSeries(range: Range, from: SqlExpr, to: SqlExpr, step: SqlExpr): SqlExpr {
  const wide = (value: SqlExpr): SqlExpr => cast(value, 'BIGINT')
  const series = call('generate_series', wide(from), wide(to), wide(step))
  return range.column.type === 'int' ? cast(series, `${STORAGE_TYPE.int}[]`) : series
}

/** Each value is `from + n * step`, so that errors do not add up. */
function realSeries(from: SqlExpr, to: SqlExpr, step: SqlExpr): SqlExpr {
  const wide = (value: SqlExpr): SqlExpr => cast(value, 'DOUBLE')
  const last = cast(call('floor', infix(infix(wide(to), '-', wide(from)), '/', wide(step))), 'BIGINT')
  const counts = call('generate_series', long(0), last)
  const value = infix(wide(from), '+', infix(cast(column('n'), 'DOUBLE'), '*', wide(step)))
  return call('list_transform', counts, lambda(['n'], infix(value, '+', double(0))))
}
