/** `in`, `has_any`, `has_all` over values, dynamic arrays, or both mixed. */
import { internal, REFUSAL, unsupported } from '../../errors.ts'
import { and, bool, call, cast, inList, lambda, column, not, once, or, text, when } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray, isObject, printJson, type Json } from '../../values/json.ts'
import { asText, convert, dynamicTextSql } from '../convert.ts'
import { arg, learn, scalar, type CallInfo, type NativeFunction, type ScalarEntry, type SqlArg } from '../entry.ts'
import { withoutNaN } from './comparison.ts'
import { hasTerm, matchesTerms, termNatives } from './strings.ts'

/** The pages have scalars and arrays to look for, and do not say what a dynamic is that holds one value, or a bag. */
const NO_ARRAY = 'a list that is a dynamic, but no array'

/** Constant strings of a constant dynamic array, undefined if it holds anything else. */
function constantTexts({ type, literal, span }: SqlArg, isNesting: boolean): string[] | undefined {
  if (type !== 'dynamic' || typeof literal !== 'string') return undefined
  const value = fromStorage(literal)
  if (!isArray(value)) throw unsupported(NO_ARRAY, span, 'write the value, or pack_array(…)')
  const items = isNesting ? flat(value) : value
  const texts = items.map((item) => (item === null || isArray(item) || isObject(item) ? undefined : String(item)))
  return texts.every((item) => item !== undefined) ? texts : undefined
}

/** The page of `in`: nested arrays are flattened into a single list of values. */
const flat = (items: readonly Json[]): Json[] => items.flatMap((item) => (isArray(item) ? flat(item) : [item]))

const flatArray: NativeFunction = {
  name: 'kql_flat_array',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (stored) => {
    const value = fromStorage(String(stored))
    if (!isArray(value)) throw new Error(REFUSAL + NO_ARRAY)
    return printJson(flat(value))
  },
}

/** Constant arrays dissolve into single values. */
function flatten(items: readonly SqlArg[], isNesting = false): SqlArg[] {
  return items.flatMap((item) => {
    const texts = constantTexts(item, isNesting)
    if (texts === undefined) return [item]
    return texts.map((value): SqlArg => ({ sql: text(value), type: 'string', literal: value, span: item.span }))
  })
}

/** The items of a dynamic array as a list of texts. */
function textList(value: SqlExpr): SqlExpr {
  // Compact JSON has either where arrays are nested; a text that has it as well goes through the function in vain.
  const mayNest = (stored: SqlExpr): SqlExpr =>
    or(...['[[', ',['].map((start) => call('contains', stored, text(start))))
  const array = once(value, (stored) =>
    when(and(call('starts_with', stored, text('[')), not(mayNest(stored))), stored, call(flatArray.name, stored)),
  )
  const items = cast(call('json_extract', array, text('$[*]')), 'VARCHAR[]')
  return call('list_transform', items, lambda(['item'], dynamicTextSql(column('item'))))
}

/** No nulls come out: a null needle is in no list. */
const decided = (test: SqlExpr): SqlExpr => ({
  kind: 'call',
  name: 'coalesce',
  args: [test, bool(false)],
  isTestInFilter: true,
})

function memberTest(needle: SqlArg, items: readonly SqlArg[], isFolding: boolean, info: CallInfo): SqlExpr {
  const lower = (value: SqlExpr): SqlExpr => (isFolding ? call('lower', value) : value)
  const type = needle.type === 'dynamic' ? 'string' : needle.type
  const value = isFolding ? lower(asText(needle)) : convert(needle, type, info).sql
  const all = flatten(items, true)
  const scalars = all.filter((item) => item.type !== 'dynamic')
  const arrays = all.filter((item) => item.type === 'dynamic')
  const tests: SqlExpr[] = []
  if (scalars.length > 0) {
    tests.push(
      inList(
        value,
        scalars.map((item) => lower(isFolding ? asText(item) : convert(item, widened(type, item), info).sql)),
      ),
    )
  }
  for (const array of arrays) {
    const texts = textList(array.sql)
    const list = isFolding ? call('list_transform', texts, lambda(['item'], call('lower', column('item')))) : texts
    tests.push(call('list_contains', list, isFolding ? value : asText({ ...needle, sql: value, type })))
  }
  return tests.length === 0 ? bool(false) : decided(withoutNaN(or(...tests), [{ ...needle, type, sql: value }]))
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
    natives: name === 'in' ? [flatArray] : [],
    // A null needle is in no list, so that `!in` is true for it.
    nulls: 'handled',
    sql: (args, info) => {
      const [needle, ...items] = args
      if (needle === undefined) throw internal('catalogue', `${name} without operands`)
      const found = memberTest(needle, items, name.endsWith('~'), info)
      return name.startsWith('!') ? not(found) : found
    },
  })
}

const anyTerm: NativeFunction = {
  name: 'kql_has_any',
  takes: ['VARCHAR', 'VARCHAR', 'BOOLEAN'],
  returns: 'BOOLEAN',
  run: (value, list, all) => {
    const items = fromStorage(String(list))
    if (!isArray(items)) throw new Error(REFUSAL + NO_ARRAY)
    const texts = items.map((item) => {
      if (item !== null && !isArray(item) && !isObject(item)) return String(item)
      throw new Error(`${REFUSAL}has_any or has_all of an array that holds more than values`)
    })
    const has = (item: string): boolean => termRun(String(value), item)
    return all === true ? texts.every(has) : texts.some(has)
  },
}

function termRun(value: string, needle: string): boolean {
  const native = hasNative()
  return native.run(value, needle) === true
}

function hasNative(): NativeFunction {
  const found = termNatives.find(({ name }) => name === 'kql_has_both')
  if (found === undefined) throw internal('catalogue', 'kql_has_both is missing')
  return found
}

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
      const items = flatten(args.slice(1))
      const constants = items.flatMap(({ literal, type }) =>
        type === 'string' && typeof literal === 'string' ? [literal] : [],
      )
      if (name === 'has_any' && constants.length === items.length && isWorthOnePattern(constants)) {
        const otherwise = call(anyTerm.name, value, text(JSON.stringify(constants)), bool(false))
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
