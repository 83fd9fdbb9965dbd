/** `in`, `has_any`, `has_all` over values, dynamic arrays, or both mixed. */
import type { KustoType } from '../../../domain/kusto.ts'
import { internal, REFUSAL, unsupported } from '../../errors.ts'
import { and, bool, call, cast, column, double, infix, inList, isNull, lambda, long, not, once, or, subqueryDepth, text, tryCast, when } from '../../sql/build.ts' // prettier-ignore
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray, isObject, printJson, type Json } from '../../values/json.ts'
import { asText, convert, dynamicTextSql, toDynamic } from '../convert.ts'
import { arg, learn, scalar, type CallInfo, type NativeFunction, type ScalarEntry, type SqlArg } from '../entry.ts'
import { keepLatest } from '../keep-latest.ts'
import { elementText } from '../scalar/collections/elements.ts'
import { unify, withoutNaN } from './comparison.ts'
import { hasTerm, matchesTerm, matchesTerms, TermIndex } from './strings.ts'

/** The pages have scalars and arrays to look for, and do not say what a dynamic is that holds one value, or a bag. */
const NO_ARRAY = 'a list that is a dynamic, but no array'

/** A constant dynamic array dissolves into its elements, numbers and bools as such where `type` compares them as such. */
function flatten(items: readonly SqlArg[], type: KustoType, info: CallInfo): SqlArg[] {
  return items.flatMap((item) => {
    if (item.type !== 'dynamic' || typeof item.literal !== 'string') return [item]
    const value = fromStorage(item.literal)
    if (!isArray(value)) throw unsupported(NO_ARRAY, item.span, 'write the value, or pack_array(…)')
    const values = /in~?$/.test(info.name) ? unnested(value) : value
    const elements = values.map((element) => elementArg(element, type, item.span))
    return elements.every((element) => element !== undefined) ? elements : [item]
  })
}

/** Arrays within arrays count as their elements beside `in` (https://learn.microsoft.com/kusto/query/in-operator). */
const unnested = (array: readonly Json[]): readonly Json[] =>
  array.flatMap((element) => (isArray(element) ? unnested(element) : [element]))

function elementArg(value: Json, type: KustoType, span: SqlArg['span']): SqlArg | undefined {
  if (value === null || isArray(value) || isObject(value)) return undefined
  const isNumeric = NUMBERS.includes(type)
  if (isNumeric && typeof value === 'bigint') return { sql: long(value), type: 'long', literal: value, span }
  if (isNumeric && typeof value === 'number') return { sql: double(value), type: 'real', literal: value, span }
  if (type === 'bool' && typeof value === 'boolean') return { sql: bool(value), type, literal: value, span }
  const literal = elementText(value)
  return { sql: text(literal), type: 'string', literal, span }
}

const flatArray: NativeFunction = {
  name: 'kql_flat_array',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (stored) => {
    const value = fromStorage(String(stored))
    if (!isArray(value)) throw new Error(REFUSAL + NO_ARRAY)
    return printJson(unnested(value))
  },
}

/** The items of a computed array, each by `read`. */
function itemList(array: SqlExpr, read: (item: SqlExpr) => SqlExpr): SqlExpr {
  // Compact JSON has either where arrays are nested; a text that has it as well goes through the function in vain.
  const mayNest = (stored: SqlExpr): SqlExpr =>
    or(...['[[', ',['].map((start) => call('contains', stored, text(start))))
  const flat = once(array, (stored) =>
    when(and(call('starts_with', stored, text('[')), not(mayNest(stored))), stored, call(flatArray.name, stored)),
  )
  const items = cast(call('json_extract', flat, text('$[*]')), 'VARCHAR[]')
  return call('list_transform', items, lambda(['item'], read(column('item'))))
}

/** As texts; null is none, and not the text `null`. */
const textList = (array: SqlExpr): SqlExpr => itemList(array, textOfItem)

const textOfItem = (item: SqlExpr): SqlExpr => dynamicTextSql(call('nullif', item, text('null')))

/** As texts, the reals that are whole numbers as those: what 1.0 meets as an item is the 1. */
const wholeList = (array: SqlExpr): SqlExpr =>
  itemList(array, (item) => textOfItem(call('regexp_replace', item, text('^(-?[0-9]+)\\.0$'), text('\\1'))))

/** No nulls come out: a null needle is in no list. */
const decided = (test: SqlExpr): SqlExpr => ({
  kind: 'call',
  name: 'coalesce',
  args: [test, bool(false)],
  isTestInFilter: true,
})

/** DuckDB binds subqueries in each other again and again: no deeper than this is another level of them worth it. */
const DEEPEST_SEARCHED = 4

/**
 * Whether a list has the value. One that another query gives is the same for all rows, and large ones are common there: its
 * items are hashed once, where `list_contains` takes the list apart for each row (2,000 items, 50,000 rows: 18 s).
 */
function isItemOf(value: SqlExpr, list: SqlExpr): SqlExpr {
  const depth = subqueryDepth(list)
  if (depth === undefined || depth === 0 || depth > DEEPEST_SEARCHED) return call('list_contains', list, value)
  const items = [{ value: call('unnest', list), alias: 'item' }]
  return { kind: 'in-query', needle: value, query: { kind: 'select', star: false, outputs: items, where: [] } }
}

const any = (tests: readonly SqlExpr[]): SqlExpr => (tests.length === 0 ? bool(false) : or(...tests))

/** `in~`: all as texts. */
function foldedTest(needle: SqlArg, items: readonly SqlArg[], info: CallInfo): SqlExpr {
  const lower = (value: SqlExpr): SqlExpr => call('lower', value)
  const value = lower(asText(needle))
  const flat = flatten(items, 'string', info)
  const scalars = flat.filter((item) => item.type !== 'dynamic').map((item) => lower(asText(item)))
  const tests = flat
    .filter((item) => item.type === 'dynamic')
    .map(({ sql }) => isItemOf(value, call('list_transform', textList(sql), lambda(['item'], lower(column('item'))))))
  return any([...(scalars.length === 0 ? [] : [inList(value, scalars)]), ...tests])
}

/** Each item meets the needle as it would beside `==`; those that leave the needle as it is are tried together. */
function memberTest(needle: SqlArg, items: readonly SqlArg[], info: CallInfo): SqlExpr {
  const plain = needle.type === 'dynamic' ? convert(needle, 'string', info) : needle
  const together: SqlExpr[] = []
  const tests: SqlExpr[] = []
  for (const item of flatten(items, needle.type, info)) {
    if (item.type === 'dynamic') {
      tests.push(isElement(plain, item.sql, info))
      continue
    }
    const [left, right] = unify(item.type === 'string' ? plain : needle, item, info)
    if (left === plain) together.push(convert(right, widened(left.type, right), info).sql)
    // A constant text that `==` takes is the needle's own spelling of a value, or of none.
    else if (item.type === 'string' && item.literal !== undefined) together.push(convert(item, needle.type, info).sql)
    else {
      const test = withoutNaN(infix(left.sql, '=', right.sql), [left, right])
      tests.push(left.type === 'string' ? neverNull(test, plain) : test)
    }
  }
  if (together.length > 0) tests.unshift(withoutNaN(inList(plain.sql, together), [plain]))
  return any(tests)
}

/** A null needle is in no list; as a text it would be the empty one. */
const neverNull = (test: SqlExpr, { type, sql, literal }: SqlArg): SqlExpr =>
  type === 'string' || (literal !== undefined && literal !== null) ? test : and(test, not(isNull(sql)))

/** Is the needle an element of a computed array? Reals meet numbers as numbers: 1.0 is the 1 of `[1]`. */
function isElement(needle: SqlArg, array: SqlExpr, info: CallInfo): SqlExpr {
  if (needle.type === 'real' || needle.type === 'decimal') {
    const numbers = itemList(array, (item) => tryCast(item, 'DOUBLE'))
    const real = convert(needle, 'real', info)
    return withoutNaN(isItemOf(real.sql, numbers), [real])
  }
  // The text of a bool is `True`, that of one inside of a dynamic `true`.
  const value = needle.type === 'bool' ? toDynamic(needle) : asText(needle)
  const isWhole = needle.type === 'int' || needle.type === 'long'
  return neverNull(isItemOf(value, isWhole ? wholeList(array) : textList(array)), needle)
}

const NUMBERS: readonly SqlArg['type'][] = ['int', 'long', 'real', 'decimal']

/** `1 in (1.5)`: numbers compare as numbers. */
function widened(type: SqlArg['type'], item: SqlArg): SqlArg['type'] {
  return NUMBERS.includes(type) && NUMBERS.indexOf(item.type) > NUMBERS.indexOf(type) ? item.type : type
}

function membership(name: string): ScalarEntry {
  return scalar({
    name,
    docs: learn(name.includes('~') ? 'in-operator' : 'in-cs-operator'),
    // A null needle is in no list, so that `!in` is true for it.
    nulls: 'handled',
    natives: name === 'in' ? [flatArray] : [],
    sql: (args, info) => {
      const [needle, ...items] = args
      if (needle === undefined) throw internal('catalogue', `${name} without operands`)
      const found = decided((name.endsWith('~') ? foldedTest : memberTest)(needle, items, info))
      return name.startsWith('!') ? not(found) : found
    },
  })
}

/** No page says what of a null among the terms, or of an array, is looked for. */
export function termOf(item: Json): string {
  if (item === null || isArray(item) || isObject(item)) throw new Error(`${REFUSAL}a term that is ${printJson(item)}`)
  return elementText(item)
}

/** Most lists are one for all rows: from the second on that has it, one is searched by its index. */
class Needles {
  readonly all: readonly string[]
  #index: TermIndex | undefined
  #isKnown = false

  constructor(list: string) {
    const items = fromStorage(list)
    if (!isArray(items)) throw new Error(REFUSAL + NO_ARRAY)
    this.all = items.map(termOf)
  }

  index(): TermIndex | undefined {
    if (this.#isKnown) this.#index ??= new TermIndex(this.all)
    this.#isKnown = true
    return this.#index
  }
}

const needlesOf = keepLatest((list) => new Needles(list))

const anyTerm: NativeFunction = {
  name: 'kql_has_any',
  takes: ['VARCHAR', 'VARCHAR', 'BOOLEAN'],
  returns: 'BOOLEAN',
  run: (value, list, all) => {
    const needles = needlesOf(String(list))
    const [text, index] = [String(value), needles.index()]
    if (index !== undefined) return all === true ? index.allIn(text) : index.someIn(text)
    const isIn = (needle: string): boolean => matchesTerm(text, needle, 'both', true)
    return all === true ? needles.all.every(isIn) : needles.all.some(isIn)
  },
}

/** More of them are found sooner by their index: RE2 takes 14 µs for a row and a thousand needles, 30 for 4,000, the index 8 and 12. */
const MOST_IN_ONE_PATTERN = 1_000

/** From three needles on, one search for all is faster than one each (five: 510 against 780 ns). */
const isWorthOnePattern = (needles: readonly string[]): boolean => needles.length >= 3 && !needles.includes('')

function termSet(name: 'has_any' | 'has_all'): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replace('_', '-')}-operator`),
    nulls: 'handled',
    natives: name === 'has_any' ? [anyTerm] : [],
    sql: (args, info) => {
      const value = asText(arg(args, 0, info))
      const items = flatten(args.slice(1), 'string', info)
      const constants = items.flatMap(({ literal, type }) =>
        type === 'string' && typeof literal === 'string' ? [literal] : [],
      )
      if (name === 'has_any' && constants.length === items.length && isWorthOnePattern(constants)) {
        const otherwise = call(anyTerm.name, value, text(JSON.stringify(constants)), bool(false))
        if (constants.length > MOST_IN_ONE_PATTERN) return decided(otherwise)
        return matchesTerms(value, constants, { side: 'both', isFolding: true, otherwise })
      }
      const tests = items.map((item) =>
        item.type === 'dynamic'
          ? decided(call(anyTerm.name, value, item.sql, bool(name === 'has_all')))
          : hasTerm(value, item, 'both', true),
      )
      // None of nothing is there, and all of nothing.
      if (tests.length === 0) return bool(name === 'has_all')
      return name === 'has_any' ? or(...tests) : and(...tests)
    },
  })
}

export const listOperators: readonly ScalarEntry[] = [
  membership('in'),
  membership('!in'),
  membership('in~'),
  membership('!in~'),
  termSet('has_any'),
  termSet('has_all'),
]
