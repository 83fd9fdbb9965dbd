import type { Range } from '../ir/relation.ts'
import { STORAGE_TYPE } from '../duckdb/storage.ts'
import { call, cast, column, infix, long, tryCast } from './build.ts'
import type { SqlExpr, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/**
 * A table function, not a list to unnest: a list of 10^8 numbers takes minutes and gigabytes and hears no interrupt.
 */
export function rangeSql(range: Range, translation: Translation): SqlSelect {
  const [from, to, step] = [range.from, range.to, range.step].map((bound) => translation.scalar(bound)) as [
    SqlExpr,
    SqlExpr,
    SqlExpr,
  ]
  const name = translation.freshName('n')
  const isReal = range.column.type === 'real'
  const value = isReal ? realAt(from, step, column(name)) : integerAt(range, column(name))
  return {
    kind: 'select',
    star: false,
    outputs: [translation.define(range.column, value)],
    from: {
      kind: 'function',
      name: 'generate_series',
      args: isReal ? realSteps(from, to, step) : [wide(from), wide(to), nonZero(wide(step))],
      alias: translation.freshName('t'),
      column: name,
    },
    where: [],
  }
}

const wide = (value: SqlExpr): SqlExpr => cast(value, 'BIGINT')
const real = (value: SqlExpr): SqlExpr => cast(value, 'DOUBLE')

/** DuckDB refuses a step of zero, Kusto gives no rows; null gives none either. */
const nonZero = (step: SqlExpr): SqlExpr => call('nullif', step, long(0))

function integerAt(range: Range, value: SqlExpr): SqlExpr {
  return range.column.type === 'int' ? cast(value, STORAGE_TYPE.int) : value
}

function realSteps(from: SqlExpr, to: SqlExpr, step: SqlExpr): SqlExpr[] {
  // A count that no long holds, as for a step of zero, gives no rows.
  const last = tryCast(call('floor', infix(infix(real(to), '-', real(from)), '/', real(step))), 'BIGINT')
  return [long(0), last, long(1)]
}

/** Each value is `from + n * step`, so that errors do not add up. */
function realAt(from: SqlExpr, step: SqlExpr, n: SqlExpr): SqlExpr {
  return infix(real(from), '+', infix(real(n), '*', real(step)))
}
