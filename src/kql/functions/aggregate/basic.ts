import { and, call, cast, double, infix, isNull, list, long, not, sqlNull, star, text, when } from '../../sql/build.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { convert } from '../convert.ts'
import { aggregate, arg, learn, type AggregateEntry, type AggregateInfo, type SqlArg } from '../entry.ts'
import { decimalDivide, decimalOfUnits, wrap64 } from '../operators/arithmetic.ts'

export function aggregateCall(
  name: string,
  args: readonly SqlExpr[],
  options: Omit<Extract<SqlExpr, { kind: 'call' }>, 'kind' | 'name' | 'args' | 'filter'> & {
    filter?: SqlExpr | undefined
  } = {},
): SqlExpr {
  const { filter, ...rest } = options
  return { kind: 'call', name, args, ...rest, ...(filter === undefined ? {} : { filter }) }
}

type Build = (args: readonly SqlArg[], info: AggregateInfo, filter: SqlExpr | undefined) => SqlExpr

/**
 * An aggregate and its `…if` form. The condition follows the `operands`, and what is optional (a size, an accuracy)
 * follows the condition: `make_set_if(value, condition, size)`.
 */
export function pair(name: string, build: Build, conditional = `${name}if`, operands = 1): AggregateEntry[] {
  const page = (entry: string): string => learn(`${entry.replaceAll('_', '-')}-aggregation-function`)
  return [
    aggregate({ name, docs: page(name), sql: (args, info) => build(args, info, undefined) }),
    aggregate({
      name: conditional,
      docs: page(conditional),
      sql: (args, info) =>
        build(args.toSpliced(operands, 1), info, convert(arg(args, operands, info), 'bool', info).sql),
    }),
  ]
}

export function refuseDynamic(value: SqlArg, info: AggregateInfo): void {
  if (value.type === 'dynamic') throw unsupported(`${info.name} of a dynamic`, info.span, 'convert it first')
}

/** Null without rows, and NaN as soon as one is among them (recorded). Strings without rows are empty. */
function extreme(name: 'min' | 'max'): Build {
  return (args, info, filter) => {
    const value = arg(args, 0, info)
    refuseDynamic(value, info)
    const best = aggregateCall(name, [value.type === 'bool' ? cast(value.sql, 'TINYINT') : value.sql], { filter })
    if (value.type === 'bool') return cast(best, 'BOOLEAN')
    if (value.type === 'string') return call('coalesce', best, text(''))
    if (value.type !== 'real' || name === 'max') return best
    const anyNaN = aggregateCall('bool_or', [call('isnan', value.sql)], { filter })
    return when(anyNaN, double(NaN), best)
  }
}

/** The sum of nothing is 0 (recorded: r1-null-and-edge); longs wrap. */
const sum: Build = (args, info, filter) => {
  const value = arg(args, 0, info)
  refuseDynamic(value, info)
  switch (info.type) {
    case 'int':
    case 'long':
    case 'timespan': {
      const total = aggregateCall('sum', [cast(convert(value, info.type, info).sql, 'BIGINT')], { filter })
      const wrapped = wrap64(call('coalesce', total, { kind: 'integer', value: 0n, type: 'HUGEINT' }))
      return info.type === 'int' ? cast(wrapped, 'INTEGER') : wrapped
    }
    case 'real':
      return call('coalesce', aggregateCall('sum', [convert(value, 'real', info).sql], { filter }), double(0))
    case 'decimal':
      return call(
        'coalesce',
        aggregateCall('sum', [convert(value, 'decimal', info).sql], { filter }),
        cast(double(0), 'DECIMAL(38,18)'),
      )
    default:
      throw unsupported(`sum of a ${value.type}`, info.span)
  }
}

/** The mean of nothing is NaN in the engine, null over the wire; recorded answers say NaN. */
const avg: Build = (args, info, filter) => {
  const value = arg(args, 0, info)
  refuseDynamic(value, info)
  if (info.type === 'datetime' || info.type === 'timespan') {
    const total = aggregateCall('sum', [value.sql], { filter })
    const count = aggregateCall('count', [value.sql], { filter })
    return cast(infix(total, '//', call('nullif', count, { kind: 'integer', value: 0n, type: 'BIGINT' })), 'BIGINT')
  }
  if (value.type === 'int' || value.type === 'long') {
    // The engine adds in 64 bits and wraps before it divides (recorded: r2-aggregation/0025).
    const total = cast(wrap64(aggregateCall('sum', [cast(value.sql, 'BIGINT')], { filter })), 'DOUBLE')
    return call(
      'coalesce',
      infix(total, '/', cast(aggregateCall('count', [value.sql], { filter }), 'DOUBLE')),
      double(NaN),
    )
  }
  if (info.type === 'decimal') {
    const total = cast(aggregateCall('sum', [convert(value, 'decimal', info).sql], { filter }), 'VARCHAR')
    const count = cast(aggregateCall('count', [value.sql], { filter }), 'VARCHAR')
    return decimalOfUnits(call(decimalDivide.name, total, count))
  }
  return call('coalesce', aggregateCall('avg', [convert(value, 'real', info).sql], { filter }), double(NaN))
}

const count: Build = (args, info, filter) => {
  if (args.length > 1) throw unsupported('count with arguments', info.span)
  // The language service knows it as an old name of countif(); of values of other types the engine counts the rows.
  if (args[0]?.type === 'bool') throw unsupported('count of a condition', info.span, 'use countif()')
  return aggregateCall('count', [star], { filter })
}

/** Accuracies make no difference here, where all is exact; what the service takes for none is an error. */
export function checkAccuracy(accuracy: SqlArg | undefined, info: AggregateInfo): void {
  if (accuracy === undefined) return
  const level = accuracy.literal
  const span = accuracy.span ?? info.span
  if (level === undefined) throw invalid(`${info.name}() takes a constant accuracy`, span)
  if (typeof level === 'bigint' && (level < 0n || level > 4n)) {
    throw invalid(`${level} is no accuracy: they go from 0 to 4`, span)
  }
}

/** Nulls do not count, empty strings do. */
const dcount: Build = (args, info, filter) => {
  checkAccuracy(args[1], info)
  return aggregateCall('count', [arg(args, 0, info).sql], { distinct: true, filter })
}

/** Any value, but one that is neither null nor the empty text where there is one. */
const takeAny: Build = (args, info, filter) => {
  const value = arg(args, 0, info)
  if (value.type !== 'string') return aggregateCall('any_value', [value.sql], { orderBy: info.order, filter })
  const filled = call('nullif', value.sql, text(''))
  return call('coalesce', aggregateCall('any_value', [filled], { orderBy: info.order, filter }), text(''))
}

/** A value of `take_any(a, b)` or `take_any(*)`: those of one record, its nulls too. Not a function of Kusto's. */
const takeAnyRecord = aggregate({
  name: 'any of one record',
  docs: learn('take-any-aggregation-function'),
  sql: (args, info) => {
    const value = arg(args, 0, info)
    const first = aggregateCall('first', [value.sql], { orderBy: info.order })
    return value.type === 'string' ? call('coalesce', first, text('')) : first
  },
})

/**
 * Value of `output` in the row with the extreme `by`. Rows whose `by` is null compete only where all are null; NaN wins
 * as minimum and as maximum (recorded: r3-aggregation/0001).
 */
function argExtreme(name: 'arg_max' | 'arg_min'): AggregateEntry {
  return aggregate({
    name,
    docs: learn(`${name.replace('_', '-')}-aggregation-function`),
    sql: (args, info) => {
      const [by, output] = [arg(args, 0, info), arg(args, 1, info)]
      refuseDynamic(by, info)
      const key = name === 'arg_min' && by.type === 'real' ? nanFirst(by.sql) : by.sql
      const best = aggregateCall(`${name}_null`, [output.sql, key])
      const any = aggregateCall('first', [output.sql], { orderBy: info.order })
      const found = when(infix(aggregateCall('count', [by.sql]), '=', long(0)), any, best)
      // Of no rows at all there is no text either.
      return output.type === 'string' ? call('coalesce', found, text('')) : found
    },
  })
}

/** NaN as the least of all; null stays null. */
function nanFirst(value: SqlExpr): SqlExpr {
  const rank = when(call('isnan', value), double(0), double(1))
  return when(isNull(value), sqlNull('DOUBLE[]'), list(rank, value))
}

/** Of no row 0; as soon as a value is no finite number NaN, which DuckDB would make an error. */
function deviationSql(sql: string, value: SqlExpr, filter: SqlExpr | undefined): SqlExpr {
  const finite = call('isfinite', value)
  const result = aggregateCall(sql, [value], { filter: filter === undefined ? finite : and(filter, finite) })
  const isBroken = aggregateCall('bool_or', [not(finite)], { filter })
  return when(isBroken, double(NaN), call('coalesce', result, double(0)))
}

function deviation(name: string, sql: string): AggregateEntry[] {
  return pair(name, (args, info, filter) => deviationSql(sql, convert(arg(args, 0, info), 'real', info).sql, filter))
}

const countEntry = (name: string): AggregateEntry =>
  aggregate({ name, docs: learn('count-aggregation-function'), sql: (args, info) => count(args, info, undefined) })

export const basics: readonly AggregateEntry[] = [
  countEntry('count'),
  countEntry('cnt'),
  aggregate({
    name: 'countif',
    docs: learn('countif-aggregation-function'),
    sql: (args, info) => count([], info, convert(arg(args, 0, info), 'bool', info).sql),
  }),
  ...pair('min', extreme('min')),
  ...pair('max', extreme('max')),
  ...pair('sum', sum),
  ...pair('avg', avg),
  ...pair('dcount', dcount).map((entry) => ({ ...entry, tolerance: 'the service estimates; ours is exact' })),
  ...pair('count_distinct', dcount, 'count_distinctif'),
  ...pair('take_any', takeAny, 'take_anyif'),
  ...pair('any', takeAny, 'anyif'),
  takeAnyRecord,
  argExtreme('arg_max'),
  argExtreme('arg_min'),
  { ...argExtreme('arg_max'), name: 'argmax' },
  { ...argExtreme('arg_min'), name: 'argmin' },
  ...deviation('stdev', 'stddev_samp'),
  ...deviation('variance', 'var_samp'),
  ...deviation('stdevp', 'stddev_pop').filter(({ name }) => name !== 'stdevpif'),
  ...deviation('variancep', 'var_pop'),
]
