import { invalid, unsupported } from '../../errors.ts'
import { and, call, cast, double, infix, isNotNull, long, text } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray } from '../../values/json.ts'
import { convert, toDynamic } from '../convert.ts'
import { aggregate, arg, learn, type AggregateEntry, type AggregateInfo, type NativeFunction, type SqlArg } from '../entry.ts' // prettier-ignore
import { aggregateCall, refuseDynamic } from './basic.ts'
import { shareOfPercent, type Share } from './share.ts'

const docs = learn('percentiles-aggregation-function')
const tolerance = 'the service estimates on many rows; ours is exact'

const MEASURES: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal', 'datetime', 'timespan'])

/** Of the others nothing tells whether the service takes them, or how it orders them. */
function refuseOthers(value: SqlArg, info: AggregateInfo): void {
  refuseDynamic(value, info)
  if (!MEASURES.has(value.type))
    throw unsupported(`${info.name} of a ${value.type}`, value.span, 'take it of a number or a time')
}

/** From per cent to a share. */
function shareOf(rank: SqlArg): Share {
  const { literal, type, span } = rank
  // A decimal is the text of its digits.
  const isDecimal = type === 'decimal' && typeof literal === 'string'
  const percent = typeof literal === 'bigint' || isDecimal ? Number(literal) : literal
  if (typeof percent !== 'number') throw unsupported('a computed percentile', span)
  return checkedShare(percent, span)
}

function checkedShare(percent: number, span: SqlArg['span']): Share {
  if (!(percent >= 0 && percent <= 100)) throw invalid(`${percent} is no percentile: they go from 0 to 100`, span)
  return shareOfPercent(percent)
}

/** Of a decimal DuckDB finds the rank in whole numbers. Percentiles of more digits than it has room for are no one's. */
function shareSql({ numerator, denominator }: Share): SqlExpr {
  const digits = String(denominator).length - 1
  if (digits > MOST_DIGITS) return double(Number(numerator) / Number(denominator))
  const [whole, fraction] = [numerator / denominator, String(numerator % denominator).padStart(digits, '0')]
  return cast(text(`${whole}.${fraction}`), `DECIMAL(${MOST_DIGITS + 1},${MOST_DIGITS})`)
}

const MOST_DIGITS = 17

/** Nearest rank: the smallest value with at least that share of the rows at or below it. */
function nearestRank(value: SqlArg, share: Share): SqlExpr {
  return aggregateCall('quantile_disc', [value.sql, shareSql(share)])
}

/** Position (from 1) of the first weight up to which the weights reach that share of their sum; null without weights. */
const rankNative: NativeFunction = {
  name: 'kql_weighted_rank',
  takes: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
  returns: 'BIGINT',
  run: (list, numerator, denominator) => {
    if (list === '') return null
    const weights = String(list).split(',').map(BigInt)
    const wanted = weights.reduce((sum, weight) => sum + weight, 0n) * BigInt(String(numerator))
    const unit = BigInt(String(denominator))
    let reached = 0n
    const at = weights.findIndex((weight) => (reached += weight) * unit >= wanted)
    return BigInt(at === -1 ? weights.length : at + 1)
  },
}

/** A value with weight n counts as n values; values without a positive weight do not count. */
function weightedRank(value: SqlArg, weight: SqlArg, { numerator, denominator }: Share): SqlExpr {
  if (weight.type !== 'int' && weight.type !== 'long') {
    throw unsupported(`a weight of type ${weight.type}`, weight.span, 'use tolong() on the weight')
  }
  const size = cast(weight.sql, 'BIGINT')
  const options = {
    orderBy: [{ value: value.sql, descending: false, nullsFirst: false }],
    filter: and(isNotNull(value.sql), infix(size, '>', long(0))),
  }
  const weights = call('array_to_string', aggregateCall('list', [size], options), text(','))
  const share = [numerator, denominator].map((part) => text(String(part)))
  const rank = call(rankNative.name, call('coalesce', weights, text('')), ...share)
  return call('list_extract', aggregateCall('list', [value.sql], options), rank)
}

/** One rank; for `percentiles` and `percentilesw` lower/operators/summarize.ts makes one of these for each rank. */
function single(name: string, isWeighted: boolean): AggregateEntry {
  return aggregate({
    name,
    docs,
    tolerance,
    natives: [rankNative],
    sql: (args, info) => {
      const value = arg(args, 0, info)
      refuseOthers(value, info)
      const share = shareOf(arg(args, isWeighted ? 2 : 1, info))
      const sql = isWeighted ? weightedRank(value, arg(args, 1, info), share) : nearestRank(value, share)
      return info.type === value.type ? sql : convert({ ...value, sql, literal: undefined }, info.type, info).sql
    },
  })
}

/** The ranks one by one, or as one dynamic array. */
function sharesOf(ranks: readonly SqlArg[], info: AggregateInfo): Share[] {
  const [first] = ranks
  if (ranks.length !== 1 || first?.type !== 'dynamic') return ranks.map(shareOf)
  const list = typeof first.literal === 'string' ? fromStorage(first.literal) : null
  if (!isArray(list)) throw unsupported(`${info.name} with computed percentiles`, first.span)
  return list.map((item) => {
    if (typeof item !== 'bigint' && typeof item !== 'number') throw unsupported('a percentile that is no number', first.span) // prettier-ignore
    return checkedShare(Number(item), first.span)
  })
}

/** All ranks in one dynamic array. */
function array(name: string, isWeighted: boolean): AggregateEntry {
  return aggregate({
    name,
    docs,
    tolerance,
    sql: (args, info) => {
      const value = arg(args, 0, info)
      refuseOthers(value, info)
      const items = sharesOf(args.slice(isWeighted ? 2 : 1), info).map((share) => {
        const sql = isWeighted ? weightedRank(value, arg(args, 1, info), share) : nearestRank(value, share)
        return call('coalesce', toDynamic({ ...value, sql, literal: undefined }), text('null'))
      })
      // Without ranks it would be one for each row: no aggregate.
      if (items.length === 0) return call('coalesce', aggregateCall('any_value', [text('[]')]), text('[]'))
      const separated = items.flatMap((item, index) => (index === 0 ? [item] : [text(','), item]))
      return call('concat', text('['), ...separated, text(']'))
    },
  })
}

export const percentiles: readonly AggregateEntry[] = [
  single('percentile', false),
  single('percentiles', false),
  single('percentilew', true),
  single('percentilesw', true),
  array('percentiles_array', false),
  array('percentilesw_array', true),
]
