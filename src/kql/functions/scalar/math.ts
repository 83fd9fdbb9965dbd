import {
  and,
  call,
  cases,
  cast,
  double,
  infix,
  int,
  long,
  not,
  nullOf,
  once,
  refuseAtRuntime,
  sqlNull,
  text,
  when,
} from '../../sql/build.ts'
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

/** DuckDB raises for the infinities, which have no angle. */
const wave = (name: string): ScalarEntry =>
  realFunction(name, (operand) => once(operand, (value) => when(call('isinf', value), double(NaN), call(name, value))))

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
    const { sql } = convert(value, info.type, info)
    if (info.type === 'real') return call('abs', sql)
    // DuckDB forgets the type of a null decimal.
    if (info.type === 'decimal') return once(sql, (number) => call('coalesce', call('abs', number), number))
    // The lowest number has no positive counterpart: negating it gives it back.
    return once(sql, (number) => call('coalesce', call('try', call('abs', number)), number))
  },
})

/** A whole number to tens, hundreds …: halves away from zero, as those of reals. */
function toTens(value: SqlExpr, places: bigint, type: 'int' | 'long'): SqlExpr {
  const bits = type === 'int' ? 31n : 63n
  const tens = call('round', cast(value, 'HUGEINT'), int(places < -20n ? -20n : places))
  return once(tens, (rounded) => {
    const isWithin = and(
      infix(rounded, '>=', cast(text(String(-(2n ** bits))), 'HUGEINT')),
      infix(rounded, '<', cast(text(String(2n ** bits)), 'HUGEINT')),
    )
    // Whether the service wraps around there, or counts in reals, no page says.
    const beyond = refuseAtRuntime(`round of the largest numbers of ${type} to tens`, STORAGE_TYPE[type])
    return cases([[not(isWithin), beyond]], cast(rounded, STORAGE_TYPE[type]))
  })
}

const round = scalar({
  name: 'round',
  docs: learn('round-function'),
  // Halves go to the even neighbour in .NET; recorded: round(3.25, 1) is 3.3, so away from zero here.
  nulls: 'null',
  sql: (args, info) => {
    const value = arg(args, 0, info)
    if (args[1]?.literal === null) return nullOf(info.type)
    if (info.type === 'int' || info.type === 'long') {
      const places = args[1] === undefined ? 0n : args[1].literal
      if (typeof places !== 'bigint')
        throw unsupported(`round of a ${value.type} to a computed number of digits`, info.span)
      const { sql } = convert(value, info.type, info)
      return places >= 0n ? sql : toTens(sql, places, info.type)
    }
    // More digits than either has make no difference; DuckDB counts them in 32 bits.
    const digits =
      args[1] === undefined
        ? long(0)
        : call('greatest', long(-400), call('least', long(400), convert(args[1], 'long', info).sql))
    if (info.type !== 'decimal') return call('round', convert(value, 'real', info).sql, cast(digits, 'INTEGER'))
    const places = args[1] === undefined ? 0n : args[1].literal
    if (typeof places !== 'bigint') throw unsupported('round of a decimal to a computed number of digits', info.span)
    return cast(
      call('round', convert(value, 'decimal', info).sql, int(places > 18n ? 18n : places < -20n ? -20n : places)),
      STORAGE_TYPE.decimal,
    )
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
  wave('sin'),
  wave('cos'),
  wave('tan'),
  realFunction('atan', (value) => call('atan', value)),
  scalar({ name: 'pi', docs: learn('pi-function'), nulls: 'handled', sql: () => double(Math.PI) }),
  isNumberTest('isnan'),
  isNumberTest('isinf'),
  isNumberTest('isfinite'),
]
