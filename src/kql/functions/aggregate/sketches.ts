/**
 * `hll` and `tdigest` keep here what they were made of: `{"hll":[values]}`, each value once, and
 * `{"tdigest":[[value,weight],…]}`. So all that follows from them is exact. The service keeps estimates in a form of its
 * own, which a query could print or store; lower/sketches.ts refuses queries that would show ours instead.
 */
import { invalid, REFUSAL, unsupported } from '../../errors.ts'
import { and, bool, call, cast, isNotNull, sqlNull, text, when } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray, isObject, toStorage, type Json } from '../../values/json.ts'
import { convert, toDynamic } from '../convert.ts'
import { aggregate, arg, learn, scalar, type AggregateEntry, type CallInfo, type NativeFunction, type ScalarEntry, type SqlArg } from '../entry.ts' // prettier-ignore
import { aggregateCall, checkAccuracy, pair } from './basic.ts'
import { shareOfPercent } from './share.ts'

export const SKETCH_MAKERS: ReadonlySet<string> = new Set(['hll', 'hll_if', 'hll_merge', 'hll_merge scalar', 'tdigest', 'tdigest_merge', 'tdigest_merge scalar', 'merge_tdigest', 'merge_tdigest scalar']) // prettier-ignore
export const SKETCH_TAKERS: ReadonlySet<string> = new Set([...SKETCH_MAKERS, 'dcount_hll', 'hll intersections', 'hll_isvalid', 'percentile_tdigest', 'percentiles_array_tdigest', 'percentrank_tdigest', 'rank_tdigest', 'tdigest_isvalid', 'isnull', 'isnotnull', 'notnull']) // prettier-ignore
/** Functions that give back what one of their arguments is, by the place of that argument. */
export const SKETCH_CARRIERS: ReadonlyMap<string, number> = new Map([...['take_any', 'any', 'take_anyif', 'anyif', 'any of one record', 'prev', 'next'].map((name) => [name, 0] as const), ...['arg_max', 'arg_min', 'argmax', 'argmin'].map((name) => [name, 1] as const)]) // prettier-ignore

const tolerance = 'the service estimates; ours is exact'

function jsonArray(items: SqlExpr): SqlExpr {
  return call('concat', text('['), call('coalesce', call('array_to_string', items, text(',')), text('')), text(']'))
}

const membersOf = (sketch: Json, kind: string): readonly Json[] => {
  const members = isObject(sketch) ? sketch.get(kind) : undefined
  return isArray(members ?? null) ? (members as readonly Json[]) : []
}

const mergeNative = (kind: string, unite: (members: readonly Json[]) => readonly Json[]): NativeFunction => ({
  name: `kql_merge_${kind}`,
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (list) => {
    const sketches = fromStorage(String(list))
    const members = (isArray(sketches) ? sketches : []).flatMap((sketch) => membersOf(sketch, kind))
    return toStorage(new Map([[kind, unite(members)]]))
  },
})

const hllMerge = mergeNative('hll', (members) => [...new Map(members.map((item) => [toStorage(item), item])).values()])
const tdigestMerge = mergeNative('tdigest', (members) => members)

const hll = pair(
  'hll',
  (args, info, filter) => {
    checkAccuracy(args[1], info)
    const value = toDynamic(arg(args, 0, info))
    const known = isNotNull(value)
    const items = aggregateCall('list', [value], {
      distinct: true,
      filter: filter === undefined ? known : and(known, filter),
    })
    return call('concat', text('{"hll":'), jsonArray(items), text('}'))
  },
  'hll_if',
)

const tdigest = aggregate({
  name: 'tdigest',
  docs: learn('tdigest-aggregation-function'),
  tolerance,
  sql: (args, info) => {
    const value = arg(args, 0, info)
    if (!['int', 'long', 'real', 'datetime'].includes(value.type)) throw unsupported(`tdigest of a ${value.type}`, value.span) // prettier-ignore
    const weight = args[1] === undefined ? text('1') : cast(convert(args[1], 'long', info).sql, 'VARCHAR')
    const item = call('concat', text('['), toDynamic(value), text(','), weight, text(']'))
    const items = aggregateCall('list', [item], { filter: isNotNull(value.sql) })
    return call('concat', text('{"tdigest":'), jsonArray(items), text('}'))
  },
})

function sketchOf(args: readonly SqlArg[], kind: string, info: CallInfo, index = 0): SqlExpr {
  const sketch = arg(args, index, info)
  if (sketch.type !== 'dynamic') throw invalid(`${info.name} of a ${sketch.type}, which is no ${kind}`, sketch.span)
  return sketch.sql
}

/** One name for a function of several sketches and for the aggregate of a column of them. */
function merging(name: string, page: string, kind: string, native: NativeFunction): (AggregateEntry | ScalarEntry)[] {
  return [
    aggregate({
      name,
      docs: learn(`${page}-aggregation-function`),
      natives: [native],
      tolerance,
      sql: (args, info) => {
        const sketch = sketchOf(args, kind, info)
        return call(native.name, jsonArray(aggregateCall('list', [sketch], { filter: isNotNull(sketch) })))
      },
    }),
    scalar({
      name: `${name} scalar`,
      docs: learn(`${page}-function`),
      nulls: 'handled',
      type: () => 'dynamic',
      sql: (args, info) => {
        const sketches = args.map((_, index) => sketchOf(args, kind, { ...info, name }, index))
        const list = sketches.flatMap((sql, index) => [...(index === 0 ? [] : [text(',')]), call('coalesce', sql, text('null'))]) // prettier-ignore
        return call(native.name, call('concat', text('['), ...list, text(']')))
      },
    }),
  ]
}

/** Values in order, each with its weight. */
function digestOf(sketch: Json): { readonly value: Json; readonly weight: number }[] {
  const items = membersOf(sketch, 'tdigest').map((member) => {
    const [value = null, weight = 1n] = isArray(member) ? member : []
    return { value, weight: Number(weight) }
  })
  return items.filter(({ weight }) => weight > 0).sort((left, right) => compare(left.value, right.value))
}

/** Numbers, or datetimes as their texts, which sort as they do. */
function compare(left: Json, right: Json): number {
  const [a, b] = [comparable(left), comparable(right)]
  if (typeof a !== typeof b) throw new Error(`${REFUSAL}a digest of several types`)
  return a < b ? -1 : a > b ? 1 : 0
}

const comparable = (value: Json): number | bigint | string =>
  typeof value === 'bigint' || typeof value === 'string' ? value : Number(value)

function percentileOf(sketch: Json, percent: number): Json {
  if (!(percent >= 0 && percent <= 100)) throw new Error(`${REFUSAL}${percent} as a percentile, which go from 0 to 100`)
  const { numerator, denominator } = shareOfPercent(percent)
  const items = digestOf(sketch)
  const wanted = items.reduce((sum, { weight }) => sum + BigInt(weight), 0n) * numerator
  let reached = 0n
  return (
    (items.find(({ weight }) => (reached += BigInt(weight)) * denominator >= wanted) ?? items.at(-1))?.value ?? null
  )
}

const percentileNative: NativeFunction = {
  name: 'kql_percentile_tdigest',
  takes: ['VARCHAR', 'DOUBLE'],
  returns: 'VARCHAR',
  run: (sketch, percent) => toStorage(percentileOf(fromStorage(String(sketch)), Number(percent))),
}

const isNumber = (value: Json): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Of a list of percentiles. */
const percentilesNative: NativeFunction = {
  name: 'kql_percentiles_tdigest',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (sketch, percents) => {
    const list = fromStorage(String(percents))
    if (!isArray(list)) return null
    const digest = fromStorage(String(sketch))
    return toStorage(list.map((percent) => (isNumber(percent) ? percentileOf(digest, Number(percent)) : null)))
  },
}

const rankNative: NativeFunction = {
  name: 'kql_rank_tdigest',
  takes: ['VARCHAR', 'VARCHAR', 'BOOLEAN'],
  returns: 'DOUBLE',
  run: (sketch, value, isShare) => {
    const items = digestOf(fromStorage(String(sketch)))
    const limit = fromStorage(String(value))
    const sum = (list: typeof items): number => list.reduce((total, { weight }) => total + weight, 0)
    const rank = sum(items.filter((item) => compare(item.value, limit) <= 0))
    return isShare === true ? (rank / sum(items)) * 100 : rank
  },
}

function rank(name: string, isShare: boolean): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-function`),
    nulls: 'null',
    tolerance,
    natives: [rankNative],
    sql: (args, info) => call(rankNative.name, sketchOf(args, 'tdigest', info), toDynamic(arg(args, 1, info)), bool(isShare)), // prettier-ignore
  })
}

function isValid(name: string, kind: string): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-function`),
    nulls: 'handled',
    sql: (args, info) => isNotNull(call('json_extract', sketchOf(args, kind, info), text(`$.${kind}`))),
  })
}

const percentile = scalar({
  name: 'percentile_tdigest',
  docs: learn('percentile-tdigest-function'),
  nulls: 'handled',
  tolerance,
  natives: [percentileNative],
  sql: (args, info) => {
    const sql = call(
      percentileNative.name,
      sketchOf(args, 'tdigest', info),
      convert(arg(args, 1, info), 'real', info).sql,
    )
    if (info.type === 'dynamic') return sql
    return convert({ sql, type: 'dynamic', literal: undefined, span: info.span }, info.type, info).sql
  },
})

const percentilesArray = scalar({
  name: 'percentiles_array_tdigest',
  docs: learn('percentile-array-tdigest-function'),
  nulls: 'handled',
  tolerance,
  natives: [percentilesNative],
  sql: (args, info) => {
    const ranks = args.slice(1)
    const sketch = sketchOf(args, 'tdigest', info)
    if (ranks.length === 0) throw invalid(`${info.name} needs a digest and percentiles`, info.span) // prettier-ignore
    if (ranks[0]?.type === 'dynamic') return call(percentilesNative.name, sketch, ranks[0].sql)
    const values = ranks.flatMap((item, index) => [
      ...(index === 0 ? [] : [text(',')]),
      call('coalesce', call(percentileNative.name, sketch, convert(item, 'real', info).sql), text('null')),
    ])
    return when(isNotNull(sketch), call('concat', text('['), ...values, text(']')), sqlNull('VARCHAR')) // prettier-ignore
  },
})

const dcountHll = scalar({
  name: 'dcount_hll',
  docs: learn('dcount-hll-function'),
  nulls: 'null',
  tolerance,
  sql: (args, info) => cast(call('json_array_length', sketchOf(args, 'hll', info), text('$.hll')), 'BIGINT'),
})

const intersectNative: NativeFunction = {
  name: 'kql_hll_intersections',
  takes: [],
  rest: 'VARCHAR',
  returns: 'VARCHAR',
  run: (...sets) => {
    const members = sets.map((set) => new Set(membersOf(fromStorage(String(set)), 'hll').map(toStorage)))
    let common = members[0] ?? new Set()
    return toStorage(
      members.map((set) => {
        common = new Set([...common].filter((member) => set.has(member)))
        return BigInt(common.size)
      }),
    )
  },
}

const intersections = scalar({
  name: 'hll intersections',
  docs: learn('dcount-intersect-plugin'),
  nulls: 'null',
  type: () => 'dynamic',
  natives: [intersectNative],
  sql: (args) => call(intersectNative.name, ...args.map(({ sql }) => sql)),
})

export const sketches: readonly (AggregateEntry | ScalarEntry)[] = [
  ...hll.map((entry) => ({ ...entry, tolerance })),
  tdigest,
  ...merging('hll_merge', 'hll-merge', 'hll', hllMerge),
  ...merging('tdigest_merge', 'tdigest-merge', 'tdigest', tdigestMerge),
  ...merging('merge_tdigest', 'tdigest-merge', 'tdigest', tdigestMerge),
  dcountHll,
  intersections,
  isValid('hll_isvalid', 'hll'),
  isValid('tdigest_isvalid', 'tdigest'),
  percentile,
  percentilesArray,
  rank('rank_tdigest', false),
  rank('percentrank_tdigest', true),
]
