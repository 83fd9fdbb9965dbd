import { and, bool, call, column, infix, isNotNull, lambda, long, text, when } from '../../sql/build.ts'
import { REFUSAL, unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray, isObject, toStorage, type Json } from '../../values/json.ts'
import { toDynamic } from '../convert.ts'
import {
  aggregate,
  arg,
  learn,
  type AggregateEntry,
  type AggregateInfo,
  type NativeFunction,
  type SqlArg,
} from '../entry.ts'
import { aggregateCall, pair } from './basic.ts'

/** A list of JSON texts as one JSON array. */
export function arrayText(list: SqlExpr): SqlExpr {
  const items = call('coalesce', call('array_to_string', list, text(',')), text(''))
  return call('concat', text('['), items, text(']'))
}

/** The pages: a list, set or bag has at most so many elements, whether a size is given or not. */
const MOST_ELEMENTS = 1_048_576n

function sizeOf(size: SqlArg | undefined, { name, span }: AggregateInfo): bigint {
  if (size === undefined) return MOST_ELEMENTS
  if (typeof size.literal !== 'bigint') throw unsupported(`${name} with a computed size`, span)
  // To DuckDB it would count from the end.
  if (size.literal < 0n) throw unsupported(`${name} with a negative size`, span)
  return size.literal < MOST_ELEMENTS ? size.literal : MOST_ELEMENTS
}

const isLongerThan = (list: SqlExpr, length: bigint): SqlExpr => infix(call('len', list), '>', long(length))

/** The first so many. Nearly no list is longer than any may be, so its length is looked at before. */
function limited(list: SqlExpr, size: bigint): SqlExpr {
  const head = call('list_slice', list, long(1n), long(size))
  return size === MOST_ELEMENTS ? when(isLongerThan(list, size), head, list) : head
}

/** Nulls stay out; empty strings are values. */
function present(value: SqlArg, filter: SqlExpr | undefined): SqlExpr | undefined {
  if (value.type === 'string') return filter
  const known = isNotNull(value.sql)
  return filter === undefined ? known : and(known, filter)
}

/** Of dynamics even make_list keeps the nulls (recorded: r2-aggregation/0005, r3-aggregation/0039); of others not. */
function collect(value: SqlArg, size: SqlArg | undefined, info: AggregateInfo, filter: SqlExpr | undefined): SqlExpr {
  if (value.type === 'dynamic') return collectWithNulls(value, size, info, filter)
  const list = aggregateCall('list', [toDynamic(value)], { orderBy: info.order, filter: present(value, filter) })
  return arrayText(limited(list, sizeOf(size, info)))
}

function collectWithNulls(
  value: SqlArg,
  size: SqlArg | undefined,
  info: AggregateInfo,
  filter: SqlExpr | undefined,
): SqlExpr {
  const item = call('coalesce', toDynamic(value), text('null'))
  const list = aggregateCall('list', [item], { orderBy: info.order, filter })
  return value.type === 'dynamic' ? itemsOf(list, size, info, false) : arrayText(limited(list, sizeOf(size, info)))
}

/** Array values contribute their items, to lists and to sets (recorded: r1-aggregation/0034). */
function itemsOf(list: SqlExpr, size: SqlArg | undefined, info: AggregateInfo, isSet: boolean): SqlExpr {
  return call(itemsNative.name, arrayText(list), long(sizeOf(size, info)), bool(isSet))
}

/** First occurrences, in order. */
function collectSet(
  value: SqlArg,
  size: SqlArg | undefined,
  info: AggregateInfo,
  filter: SqlExpr | undefined,
): SqlExpr {
  const list = aggregateCall('list', [toDynamic(value)], { orderBy: info.order, filter: present(value, filter) })
  if (value.type === 'dynamic') return itemsOf(list, size, info, true)
  const limit = sizeOf(size, info)
  const few = arrayText(limited(distinctInOrder(list), limit))
  const many = call(distinctNative.name, call('array_to_string', list, text('\n')), long(limit))
  return when(isLongerThan(list, MANY), many, few)
}

/** From here on finding each item's first position, which takes the square of their number, is slower than a call into JavaScript. */
const MANY = 32n

/** DuckDB's list_distinct forgets the order; keeping the items whose first position is their own does not. */
function distinctInOrder(list: SqlExpr): SqlExpr {
  return call(
    'list_filter',
    list,
    lambda(['item', 'at'], infix(call('list_position', list, column('item')), '=', column('at'))),
  )
}

/** Of JSON texts, each in a line of its own: none has a line break. */
const distinctNative: NativeFunction = {
  name: 'kql_distinct_items',
  takes: ['VARCHAR', 'BIGINT'],
  returns: 'VARCHAR',
  run: (lines, limit) => `[${[...new Set(String(lines).split('\n'))].slice(0, Number(limit)).join(',')}]`,
}

const itemsNative: NativeFunction = {
  name: 'kql_items',
  takes: ['VARCHAR', 'BIGINT', 'BOOLEAN'],
  returns: 'VARCHAR',
  run: (list, limit, isSet) => {
    const values = fromStorage(String(list))
    const items = (isArray(values) ? values : []).flatMap((value) => (isArray(value) ? value : [value]))
    const known = isSet === true ? items.filter((item) => item !== null) : items
    const kept = isSet === true ? [...new Map(known.map((item) => [toStorage(item), item])).values()] : known
    return toStorage(kept.slice(0, Number(limit)))
  },
}

const mergeNative: NativeFunction = {
  name: 'kql_merge_bags',
  takes: ['VARCHAR', 'BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (list, limit, name) => {
    const bags = fromStorage(String(list))
    const merged = new Map<string, Json>()
    for (const bag of isArray(bags) ? bags : []) {
      if (!isObject(bag)) continue
      for (const [key, value] of bag) if (!merged.has(key)) merged.set(key, value)
    }
    // Which members stay when there are more is not documented.
    if (merged.size > Number(limit)) throw new Error(`${REFUSAL}${String(name)} of more than ${String(limit)} keys`)
    return toStorage(merged)
  },
}

function collectBag(
  value: SqlArg,
  size: SqlArg | undefined,
  info: AggregateInfo,
  filter: SqlExpr | undefined,
): SqlExpr {
  const list = aggregateCall('list', [toDynamic(value)], { orderBy: info.order, filter: present(value, filter) })
  return call(mergeNative.name, arrayText(list), long(sizeOf(size, info)), text(info.name))
}

const withNatives = (entries: readonly AggregateEntry[], natives: readonly NativeFunction[]): AggregateEntry[] =>
  entries.map((entry, index) => (index === 0 ? { ...entry, natives } : entry))

type Collect = (value: SqlArg, size: SqlArg | undefined, info: AggregateInfo, filter: SqlExpr | undefined) => SqlExpr
const collection =
  (build: Collect) =>
  (args: readonly SqlArg[], info: AggregateInfo, filter: SqlExpr | undefined): SqlExpr =>
    build(arg(args, 0, info), args[1] ?? oldSize(info), info, filter)

/** The pages: the old names keep this many unless told otherwise. */
const OLD_SIZE = 128n
const OLD_NAMES: ReadonlySet<string> = new Set(['makelist', 'makeset', 'make_dictionary'])

function oldSize({ name, span }: AggregateInfo): SqlArg | undefined {
  return OLD_NAMES.has(name) ? { sql: long(OLD_SIZE), type: 'long', literal: OLD_SIZE, span } : undefined
}

export const collections: readonly AggregateEntry[] = [
  ...pair('make_list', collection(collect), 'make_list_if'),
  ...pair('makelist', collection(collect)).slice(0, 1),
  ...withNatives(pair('make_set', collection(collectSet), 'make_set_if'), [itemsNative, distinctNative]),
  ...pair('makeset', collection(collectSet)).slice(0, 1),
  aggregate({
    name: 'make_list_with_nulls',
    docs: learn('make-list-with-nulls-aggregation-function'),
    sql: (args, info) => collectWithNulls(arg(args, 0, info), undefined, info, undefined),
  }),
  ...withNatives(pair('make_bag', collection(collectBag), 'make_bag_if'), [mergeNative]),
  // The old name of make_bag.
  ...pair('make_dictionary', collection(collectBag)).slice(0, 1),
]
