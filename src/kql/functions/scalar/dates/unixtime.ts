import { MAX_DATETIME_TICKS, UNIX_EPOCH_TICKS } from '../../../duckdb/storage.ts'
import { and, call, cast, double, infix, long, once, sqlNull, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { arg, learn, scalar, type ScalarEntry, type SqlArg } from '../../entry.ts'
import { plus, quotient, times, withinYears } from './calendar.ts'

/** `ticks`: 100 ns in one unit, 0 for nanoseconds, of which a tick holds a hundred. */
function unixtimeEntry(unit: string, ticks: bigint): ScalarEntry {
  return scalar({
    name: `unixtime_${unit}_todatetime`,
    docs: learn(`unixtime-${unit}-todatetime-function`),
    nulls: 'null',
    sql: (args, info) => {
      const number = arg(args, 0, info)
      return once(number.sql, (sql) => datetimeSql({ ...number, sql }, ticks))
    },
  })
}

function datetimeSql(number: SqlArg, ticks: bigint): SqlExpr {
  if (number.type === 'real' || number.type === 'decimal') {
    const real = infix(cast(number.sql, 'DOUBLE'), '*', double(ticks === 0n ? 0.01 : Number(ticks)))
    const isSane = infix(call('abs', real), '<=', double(Number(MAX_DATETIME_TICKS)))
    return withinYears(
      plus(when(isSane, cast(call('trunc', real), 'BIGINT'), sqlNull('BIGINT')), long(UNIX_EPOCH_TICKS)),
    )
  }
  const count = cast(number.sql, 'BIGINT')
  if (ticks === 0n) return withinYears(plus(quotient(count, long(100)), long(UNIX_EPOCH_TICKS)))
  const limit = MAX_DATETIME_TICKS / ticks
  const isSane = and(infix(count, '>=', long(-limit)), infix(count, '<=', long(limit)))
  return withinYears(plus(when(isSane, times(count, long(ticks)), sqlNull('BIGINT')), long(UNIX_EPOCH_TICKS)))
}

export const unixtimeEntries: readonly ScalarEntry[] = [
  unixtimeEntry('seconds', 10_000_000n),
  unixtimeEntry('milliseconds', 10_000n),
  unixtimeEntry('microseconds', 10n),
  unixtimeEntry('nanoseconds', 0n),
]
