import { UNIX_EPOCH_TICKS } from '../duckdb/storage.ts'
import type { ScanBound } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import { call, cast, inList, infix, long } from './build.ts'
import type { SqlExpr } from './nodes.ts'
import type { Translation } from './translate.ts'

/** A condition on the native column, `operand`: a plain comparison, so that DuckDB hands it to the file's reader. */
export function boundSql(
  { column: { native }, operator, values }: ScanBound,
  operand: SqlExpr,
  translation: Translation,
): SqlExpr {
  const { type } = native
  if (type === 'VARCHAR') {
    const texts = values.map((value) => translation.scalar(value))
    const [only] = texts
    return operator !== 'in' && only !== undefined ? infix(operand, '=', only) : inList(operand, texts)
  }
  const limitOf = type === 'TIMESTAMP_NS' ? nanosecondLimit : microsecondLimit
  return COMPARISONS[operator]
    .flatMap((comparison) => values.map((value) => limitOf(value, comparison, translation)))
    .map(([comparison, moment]) => infix(operand, comparison, type === 'TIMESTAMPTZ' ? cast(moment, type) : moment))
    .reduce((left, right) => infix(left, 'AND', right))
}

type Comparison = '<' | '<=' | '>' | '>='
type Limit = readonly [comparison: Comparison, moment: SqlExpr]

/** Of times; none is ever in a list. */
const COMPARISONS: Readonly<Record<ScanBound['operator'], readonly Comparison[]>> = {
  '<': ['<'],
  '<=': ['<='],
  '>': ['>'],
  '>=': ['>='],
  '=': ['>=', '<='],
  in: [],
}

/** The first and the last tick since 1970 whose nanoseconds are a TIMESTAMP_NS: in the years 1677 and 2262. */
const TICKS_OF_NANOSECONDS = 92_233_720_368_547_750n

/** A value is in the tick in which its last two digits are cut off: x > 7 ticks is x >= 800 ns, x <= 7 ticks is x < 800 ns. */
function nanosecondLimit(value: Scalar, comparison: Comparison, translation: Translation): Limit {
  const isNext = comparison === '>' || comparison === '<='
  const ticks = infix(translation.scalar(value), '-', long(UNIX_EPOCH_TICKS - (isNext ? 1n : 0n)))
  // Beyond the years of the column all values are on one side.
  const inside = call('greatest', long(-TICKS_OF_NANOSECONDS), call('least', long(TICKS_OF_NANOSECONDS), ticks))
  const moment = call('make_timestamp_ns', infix(inside, '*', long(100)))
  return [comparison === '>' || comparison === '>=' ? '>=' : '<', moment]
}

/** Ticks are finer than microseconds: a literal is rounded to the side that changes nothing, the rest gets room. */
function microsecondLimit(value: Scalar, comparison: Comparison, translation: Translation): Limit {
  const isLower = comparison === '>' || comparison === '>='
  if (value.kind === 'literal' && typeof value.value === 'bigint') {
    const ticks = value.value - UNIX_EPOCH_TICKS
    // x > 7 ticks is x > 0 µs, x >= 7 ticks is x >= 1 µs; x < 7 ticks is x < 1 µs, x <= 7 ticks is x <= 0 µs.
    const isUp = comparison === '>=' || comparison === '<'
    return [comparison, call('make_timestamp', long(isUp ? -floored(-ticks) : floored(ticks)))]
  }
  const microseconds = infix(infix(translation.scalar(value), '-', long(UNIX_EPOCH_TICKS)), '//', long(10))
  return [isLower ? '>=' : '<=', call('make_timestamp', infix(microseconds, isLower ? '-' : '+', long(1)))]
}

/** Ticks to whole microseconds, downwards. */
function floored(ticks: bigint): bigint {
  return (ticks - (((ticks % 10n) + 10n) % 10n)) / 10n
}
