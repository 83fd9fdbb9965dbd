import type { KustoType } from '../../../domain/kusto.ts'
import {
  and,
  bool,
  call,
  cast,
  infix,
  isNull,
  long,
  not,
  nullOf,
  onceAll,
  or,
  sqlNull,
  tryCast,
  when,
  refuseAtRuntime,
} from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { invalid, unsupported } from '../../errors.ts'
import { arg, learn, scalar, type CallInfo, type ScalarEntry, type SqlArg } from '../entry.ts'
import { asText, convert } from '../convert.ts'
import { isDatetime } from '../../values/datetime.ts'
import { shiftedSql } from './arithmetic.ts'
import { isOtherSpelling } from './spelling.ts'

const NUMBERS: ReadonlySet<KustoType> = new Set(['int', 'long', 'real', 'decimal'])

/**
 * Operands under one type: a dynamic takes the other side's type (`d.port == 443`, `d.name == "x"`), a guid meets a
 * string as text, numbers widen in DuckDB as they do in Kusto.
 */
export function unify(left: SqlArg, right: SqlArg, info: CallInfo): readonly [SqlArg, SqlArg] {
  if (left.type === 'dynamic' && right.type === 'dynamic') {
    // The engine refuses it too (recorded: r2-aggregation/0041).
    throw invalid('two dynamics cannot be compared', info.span, 'convert one of them, for example with tostring()')
  }
  if (left.type === right.type || (NUMBERS.has(left.type) && NUMBERS.has(right.type))) return [left, right]
  if (left.type === 'dynamic') return [converted(left, right, info), right]
  if (right.type === 'dynamic') return [left, converted(right, left, info)]
  if (left.type === 'string' || right.type === 'string') return unifyWithText(left, right, info)
  if (left.type === 'bool' && NUMBERS.has(right.type)) return [convert(left, 'long', info), right]
  if (right.type === 'bool' && NUMBERS.has(left.type)) return [left, convert(right, 'long', info)]
  throw unsupported(`comparing ${left.type} with ${right.type}`, info.span)
}

/**
 * The dynamic under the other's type. No source says whether 1.5 inside of a dynamic meets the long 1 as 1, which tolong()
 * makes of it, or as itself: a row where that matters ends the query.
 */
function converted(value: SqlArg, other: SqlArg, info: CallInfo): SqlArg {
  if (other.type !== 'int' && other.type !== 'long') return convert(value, other.type, info)
  // Also beside an int, which a larger number is then greater than.
  const plain = convert(value, 'long', info)
  const sql = onceAll([value.sql, plain.sql], (source, number) => {
    const isCut = infix(tryCast(source, 'DOUBLE'), '<>', cast(number, 'DOUBLE'))
    const refusal = refuseAtRuntime(
      'comparing a real inside of a dynamic with the whole number before it, without todouble() or tolong()',
      'BIGINT',
    )
    // The cut number is compared first: it seldom meets the other.
    return when(infix(number, '=', other.sql), when(isCut, refusal, number), number)
  })
  return { ...plain, sql }
}

/**
 * As texts, which published rules rely on: `EventID == "4625"`, `ResultType == 0`, `dayofweek(t) == "6.00:00:00"`. A number
 * that the query writes as text meets a real as a number: no real's own text is "200".
 */
function unifyWithText(left: SqlArg, right: SqlArg, info: CallInfo): readonly [SqlArg, SqlArg] {
  const [constant, other] = left.type === 'string' ? [left, right] : [right, left]
  // `IsCompliant == "0"`, `IsClickedThrough != "0"`: published queries over columns that are bool find rows by it.
  if (other.type === 'bool') return [convert(left, 'bool', info), convert(right, 'bool', info)]
  if (typeof constant.literal === 'string' && isOtherSpelling(constant.literal, other.type)) {
    if (other.type === 'real') return [convert(left, 'real', info), convert(right, 'real', info)]
    throw unsupported(
      `comparing a ${other.type} with the text ${JSON.stringify(constant.literal)}`,
      info.span,
      `write a ${other.type} in the place of the text`,
    )
  }
  const spelled = other.type === 'real' && constant.literal === undefined ? spelledAsReal(constant, info) : constant
  const texts = [left, right].map((side) => convert(side === constant ? spelled : side, 'string', info))
  const [one = left, two = right] = texts
  return [one, two]
}

/** `200` as the real's own text, `200.0`; what is no number stays. */
function spelledAsReal(value: SqlArg, info: CallInfo): SqlArg {
  const number = convert(value, 'real', info)
  const sql = onceAll([value.sql, number.sql], (source, real) =>
    when(isNull(real), source, asText({ ...number, sql: real })),
  )
  return { ...value, sql }
}

/** Can this operand be NaN? A constant that is a number cannot. */
const mayBeNaN = ({ type, literal }: SqlArg): boolean =>
  type === 'real' && (typeof literal !== 'number' || Number.isNaN(literal))

/** DuckDB holds NaN equal to itself and above all numbers; IEEE, and Kusto, hold every comparison with it false. */
export function withoutNaN(comparison: SqlExpr, operands: readonly SqlArg[]): SqlExpr {
  const suspects = operands.filter(mayBeNaN)
  return suspects.length === 0 ? comparison : and(comparison, ...suspects.map(({ sql }) => not(call('isnan', sql))))
}

function ordering(name: string): ScalarEntry {
  return scalar({
    name,
    docs: learn('numerical-operators'),
    nulls: 'null',
    sql: (args, info) =>
      named(unify(arg(args, 0, info), arg(args, 1, info), info), [mayBeNaN], (left, right) =>
        withoutNaN(infix(left.sql, name, right.sql), [left, right]),
      ),
  })
}

const mayBeNull = ({ type, literal }: SqlArg): boolean =>
  type !== 'string' && (literal === undefined || literal === null)

/**
 * Two nulls compare to null, a null and a value are simply not equal
 * (https://learn.microsoft.com/kusto/query/scalar-data-types/null-values).
 */
function withNulls(test: SqlExpr, left: SqlArg, right: SqlArg, isEqual: boolean): SqlExpr {
  const suspects = [left, right].filter(mayBeNull)
  if (suspects.length === 0) return test
  const one = bool(!isEqual)
  const both = and(isNull(left.sql), isNull(right.sql))
  const otherwise = suspects.length === 1 ? one : when(both, sqlNull('BOOLEAN'), one)
  return { kind: 'call', name: 'coalesce', args: [test, otherwise], ...(isEqual ? { isTestInFilter: true } : {}) }
}

function equality(name: '==' | '!=' | '<>'): ScalarEntry {
  return scalar({
    name,
    docs: learn('scalar-data-types/null-values'),
    nulls: 'handled',
    sql: (args, info) =>
      named(unify(arg(args, 0, info), arg(args, 1, info), info), [mayBeNaN, mayBeNull], (left, right) =>
        name === '==' ? equalSql(left, right) : differentSql(left, right),
      ),
  })
}

function equalSql(left: SqlArg, right: SqlArg): SqlExpr {
  return withNulls(withoutNaN(infix(left.sql, '=', right.sql), [left, right]), left, right, true)
}

function differentSql(left: SqlArg, right: SqlArg): SqlExpr {
  const suspects = [left, right].filter(mayBeNaN)
  const differs = infix(left.sql, '<>', right.sql)
  const test = suspects.length === 0 ? differs : or(differs, ...suspects.map(({ sql }) => call('isnan', sql)))
  return withNulls(test, left, right, false)
}

/** Operands that a test looks at twice get a name; what it looks at once stays plain, so that filters reach the scan. */
function named(
  [left, right]: readonly [SqlArg, SqlArg],
  suspicions: readonly ((operand: SqlArg) => boolean)[],
  test: (left: SqlArg, right: SqlArg) => SqlExpr,
): SqlExpr {
  const isTwice = suspicions.some((isSuspect) =>
    isSuspect === mayBeNaN ? isSuspect(left) || isSuspect(right) : isSuspect(left) && isSuspect(right),
  )
  if (!isTwice) return test(left, right)
  return onceAll([left.sql, right.sql], (x, y) => test({ ...left, sql: x }, { ...right, sql: y }))
}

/** `t between (start .. 2h)`: a timespan is an offset from the start, and the end is their sum as `+` has it. */
function laterBy(start: SqlArg, span: SqlArg): SqlArg {
  const type = 'datetime'
  if (typeof start.literal !== 'bigint' || typeof span.literal !== 'bigint')
    return { ...span, type, literal: undefined, sql: shiftedSql('+', start, span) }
  const end = start.literal + span.literal
  if (!isDatetime(end)) return { ...span, type, literal: null, sql: nullOf(type) }
  return { ...span, type, literal: end, sql: long(end) }
}

function between(name: 'between' | '!between'): ScalarEntry {
  return scalar({
    name,
    docs: learn('between-operator'),
    nulls: 'null',
    sql: (args, info) => {
      const value = arg(args, 0, info)
      const lower = arg(args, 1, info)
      const given = arg(args, 2, info)
      const isOffset = value.type === 'datetime' && given.type === 'timespan'
      const upper = isOffset ? laterBy(lower, given) : given
      return onceAll([value.sql, lower.sql, upper.sql], (...sql) => {
        const operand = (of: SqlArg, index: number): SqlArg => ({ ...of, sql: sql[index] ?? of.sql })
        const [fromValue, from] = unify(operand(value, 0), operand(lower, 1), info)
        const [toValue, to] = unify(operand(value, 0), operand(upper, 2), info)
        const inside = and(
          withoutNaN(infix(fromValue.sql, '>=', from.sql), [fromValue, from]),
          withoutNaN(infix(toValue.sql, '<=', to.sql), [toValue, to]),
        )
        return name === 'between' ? inside : not(inside)
      })
    },
  })
}

/** A dynamic counts as tobool() of it. */
const truth = (operand: SqlArg, info: CallInfo): SqlExpr => convert(operand, 'bool', info).sql

const andOperator = scalar({
  name: 'and',
  docs: learn('logical-operators'),
  // As in SQL: null and false is false, null and true is null.
  nulls: 'handled',
  sql: (args, info) => infix(truth(arg(args, 0, info), info), 'AND', truth(arg(args, 1, info), info)),
})

const orOperator = scalar({
  name: 'or',
  docs: learn('logical-operators'),
  nulls: 'handled',
  sql: (args, info) => infix(truth(arg(args, 0, info), info), 'OR', truth(arg(args, 1, info), info)),
})

const notFunction = scalar({
  name: 'not',
  docs: learn('not-function'),
  nulls: 'null',
  sql: (args, info) => {
    const value = arg(args, 0, info)
    if (value.type === 'string') throw unsupported('not() of a string', info.span)
    return not(convert(value, 'bool', info).sql)
  },
})

export const comparisons: readonly ScalarEntry[] = [
  equality('=='),
  equality('!='),
  equality('<>'),
  ordering('<'),
  ordering('<='),
  ordering('>'),
  ordering('>='),
  between('between'),
  between('!between'),
  andOperator,
  orOperator,
  notFunction,
]
