import { call, cases, double, infix, onceAll, or, when, refuseAtRuntime } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { convert } from '../../convert.ts'
import { arg, learn, scalar, type ScalarEntry } from '../../entry.ts'

function realEntry(name: string, sql: (...values: SqlExpr[]) => SqlExpr): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name}-function`),
    nulls: 'null',
    sql: (args, info) =>
      onceAll(
        args.map((_, index) => convert(arg(args, index, info), 'real', info).sql),
        sql,
      ),
  })
}

const nan = double(NaN)

/** Outside -1 to 1 its page says null, as the page of sqrt() does of what is recorded as NaN: it could be either. */
const arc = (name: string): ScalarEntry =>
  realEntry(name, (value) => {
    const isOutside = or(infix(value, '<', double(-1)), infix(value, '>', double(1)))
    const refusal = refuseAtRuntime(`${name}() of a number beyond -1 to 1`, 'DOUBLE')
    return cases(
      [
        [call('isnan', value), nan],
        [isOutside, refusal],
      ],
      call(name, value),
    )
  })

/** DuckDB raises for zero, where gamma grows without bound. */
const gamma = (name: string, sql: string): ScalarEntry =>
  realEntry(name, (value) => when(infix(value, '=', double(0)), double(Infinity), call(sql, value)))

export const trigonometryEntries: readonly ScalarEntry[] = [
  arc('asin'),
  arc('acos'),
  realEntry('atan2', (y, x) => call('atan2', y, x)),
  realEntry('cot', (value) => when(call('isinf', value), nan, infix(double(1), '/', call('tan', value)))),
  realEntry('degrees', (value) => infix(value, '*', double(180 / Math.PI))),
  realEntry('radians', (value) => infix(value, '*', double(Math.PI / 180))),
  gamma('gamma', 'gamma'),
  gamma('loggamma', 'lgamma'),
]
