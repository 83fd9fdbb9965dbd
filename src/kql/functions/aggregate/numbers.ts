import { unsupported } from '../../errors.ts'
import { and, call, cast, cases, double, infix, isNotNull, long, not, refuseAtRuntime } from '../../sql/build.ts'
import { convert } from '../convert.ts'
import { aggregate, arg, learn, type AggregateEntry } from '../entry.ts'
import { aggregateCall, pair } from './basic.ts'

function bitwise(name: string, sql: string): AggregateEntry {
  return aggregate({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-aggregation-function`),
    sql: (args, info) => {
      if (info.type !== 'long' && info.type !== 'int')
        throw unsupported(`${name} of a ${arg(args, 0, info).type}`, info.span, 'convert it first: tolong()')
      const value = cast(convert(arg(args, 0, info), 'long', info).sql, 'BIGINT')
      const bits = call('coalesce', aggregateCall(sql, [value]), refuseAtRuntime(`${name} of no value`, 'BIGINT'))
      return info.type === 'int' ? cast(bits, 'INTEGER') : bits
    },
  })
}

/** Rows count in which both are known. */
function covariance(name: string, sql: string): AggregateEntry[] {
  return pair(
    name,
    (args, info, filter) => {
      const [left, right] = [convert(arg(args, 0, info), 'real', info).sql, convert(arg(args, 1, info), 'real', info).sql] // prettier-ignore
      const known = and(isNotNull(left), isNotNull(right))
      const used = filter === undefined ? known : and(filter, known)
      const finite = and(call('isfinite', left), call('isfinite', right))
      const count = aggregateCall('count', [left], { filter: used })
      const result = aggregateCall(sql, [left, right], { filter: and(used, finite) })
      return cases(
        [
          [infix(count, '<', long(2)), refuseAtRuntime(`${name} of fewer than two rows`, 'DOUBLE')],
          [call('coalesce', aggregateCall('bool_or', [not(finite)], { filter: used })), double(NaN)],
        ],
        result,
      )
    },
    `${name}if`,
    2,
  )
}

export const numberAggregates: readonly AggregateEntry[] = [
  bitwise('binary_all_and', 'bit_and'),
  bitwise('binary_all_or', 'bit_or'),
  bitwise('binary_all_xor', 'bit_xor'),
  ...covariance('covariance', 'covar_samp'),
  ...covariance('covariancep', 'covar_pop'),
]
