import { call, cast, double, infix, sqlNull, when, cases, int, once } from '../../sql/build.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import { unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { convert } from '../convert.ts'
import { arg, learn, scalar, type ScalarEntry } from '../entry.ts'

function realFunction(name: string, sql: (value: SqlExpr) => SqlExpr): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name}-function`),
    nulls: 'null',
    sql: (args, info) => sql(convert(arg(args, 0, info), 'real', info).sql),
  })
}

/** log(0) is minus infinity, log of a negative is null (recorded: r1-null-and-edge). */
function logarithm(name: string, sql: string): ScalarEntry {
  return realFunction(name, (operand) =>
    once(operand, (value) =>
      cases(
        [
          [infix(value, '=', double(0)), double(-Infinity)],
          [infix(value, '<', double(0)), sqlNull('DOUBLE')],
        ],
        call(sql, value),
      ),
    ),
  )
}

const isNumberTest = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn(`${name}-function`),
    nulls: 'null',
    sql: (args, info) => {
      const value = arg(args, 0, info)
      return call(name, convert(value, 'real', info).sql)
    },
  })

const abs = scalar({
  name: 'abs',
  docs: learn('abs-function'),
  nulls: 'null',
  sql: (args, info) => {
    const value = arg(args, 0, info)
    if (value.type === 'dynamic') throw unsupported('abs of a dynamic', info.span)
    return info.type === value.type ? call('abs', value.sql) : call('abs', convert(value, info.type, info).sql)
  },
})

const round = scalar({
  name: 'round',
  docs: learn('round-function'),
  // Halves go to the even neighbour in .NET; recorded: round(3.25, 1) is 3.3, so away from zero here.
  nulls: 'null',
  sql: (args, info) => {
    const value = convert(arg(args, 0, info), 'real', info).sql
    const digits = args[1] === undefined ? int(0) : cast(args[1].sql, 'INTEGER')
    return cast(call('round', value, digits), 'DOUBLE')
  },
})

const pow = scalar({
  name: 'pow',
  docs: learn('pow-function'),
  nulls: 'null',
  sql: (args, info) =>
    call('pow', convert(arg(args, 0, info), 'real', info).sql, convert(arg(args, 1, info), 'real', info).sql),
})

const sign = scalar({
  name: 'sign',
  docs: learn('sign-function'),
  nulls: 'null',
  sql: (args, info) =>
    cast(call('sign', convert(arg(args, 0, info), 'real', info).sql), info.type === 'real' ? 'DOUBLE' : 'BIGINT'),
})

const ceiling = scalar({
  name: 'ceiling',
  docs: learn('ceiling-function'),
  nulls: 'null',
  // The engine answers a real even for a whole number, where the binder says long.
  type: ([type]) => (type === 'decimal' ? 'decimal' : 'real'),
  sql: (args, info) => cast(call('ceil', convert(arg(args, 0, info), info.type, info).sql), STORAGE_TYPE[info.type]),
})

export const maths: readonly ScalarEntry[] = [
  abs,
  round,
  pow,
  sign,
  ceiling,
  realFunction('sqrt', (operand) =>
    once(operand, (value) => when(infix(value, '<', double(0)), double(NaN), call('sqrt', value))),
  ),
  realFunction('exp', (value) => call('exp', value)),
  realFunction('exp2', (value) => call('pow', double(2), value)),
  realFunction('exp10', (value) => call('pow', double(10), value)),
  logarithm('log', 'ln'),
  logarithm('log10', 'log10'),
  logarithm('log2', 'log2'),
  realFunction('sin', (value) => call('sin', value)),
  realFunction('cos', (value) => call('cos', value)),
  realFunction('tan', (value) => call('tan', value)),
  realFunction('atan', (value) => call('atan', value)),
  scalar({ name: 'pi', docs: learn('pi-function'), nulls: 'handled', sql: () => double(Math.PI) }),
  isNumberTest('isnan'),
  isNumberTest('isinf'),
  isNumberTest('isfinite'),
]
