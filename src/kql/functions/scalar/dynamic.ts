import { and, call, cases, cast, infix, int, list, not, or, refuseAtRuntime, sqlNull, text, once, when } from '../../sql/build.ts' // prettier-ignore
import { unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { isObject, parseJson, toStorage } from '../../values/json.ts'
import { HAS_ISO_TIME, withTypedTimes } from '../../values/typed-text.ts'
import { asText, toDynamic } from '../convert.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry } from '../entry.ts'
import { jsonFunction } from '../native-json.ts'

/** What DuckDB's parser refuses may still be JSON to Kusto (raw control characters); what is no JSON is a string. */
const parseNative: NativeFunction = {
  name: 'kql_parse_json',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (value) => {
    const parsed = parseJson(String(value))
    const json = toStorage(parsed === undefined ? String(value) : parsed)
    return parsed === undefined || json === null ? json : withTypedTimes(json)
  },
}

const typedTimesNative: NativeFunction = {
  name: 'kql_typed_times',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (json) => withTypedTimes(String(json)),
}

/** DuckDB looks whether there are times at all, which most JSON has not. */
function typedTimes(json: SqlExpr): SqlExpr {
  return once(json, (compact) =>
    when(call('regexp_matches', compact, text(HAS_ISO_TIME)), call(typedTimesNative.name, compact), compact),
  )
}

const parseJsonEntry = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn('parse-json-function'),
    nulls: 'handled',
    type: () => 'dynamic',
    natives: name === 'parse_json' ? [parseNative, typedTimesNative] : [],
    sql: (args, info) => {
      const value = arg(args, 0, info)
      if (value.type !== 'string') return toDynamic(value)
      return once(value.sql, (json) =>
        cases(
          [
            [infix(json, '=', text('')), sqlNull('VARCHAR')],
            // Objects and arrays, the common case, stay in SQL; scalars and oddities go the long way.
            [
              and(
                call('regexp_matches', json, text('^\\s*[\\[{]')),
                call('json_valid', json),
                not(call('regexp_matches', json, text(LENIENT))),
              ),
              typedTimes(cast(call('json', json), 'VARCHAR')),
            ],
          ],
          call(parseNative.name, json),
        ),
      )
    },
  })

const arrayLength = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn('array-length-function'),
    nulls: 'null',
    type: () => 'long',
    sql: (args, info) => {
      return once(toDynamic(arg(args, 0, info)), (value) => {
        const isArrayType = infix(call('json_type', value), '=', text('ARRAY'))
        return cases([[isArrayType, cast(call('json_array_length', value), 'BIGINT')]], sqlNull('BIGINT'))
      })
    },
  })

/** DuckDB's parser takes a comma before a bracket, and numbers that JSON has not; the service, a text that is no JSON. */
const LENIENT = ',\\s*[\\]}]|[:,\\[]\\s*-?(?i:nan|inf)'

/** Members in the order of the arguments; a null value is JSON null. */
function packed(args: readonly SqlExpr[]): SqlExpr {
  const parts: SqlExpr[] = []
  for (let index = 0; index + 1 < args.length; index += 2) {
    const [key, value] = [args[index], args[index + 1]]
    if (key === undefined || value === undefined) continue
    parts.push(
      text(index === 0 ? '{' : ','),
      cast(call('to_json', key), 'VARCHAR'),
      text(':'),
      call('coalesce', value, text('null')),
    )
  }
  return call('concat', ...(parts.length === 0 ? [text('{')] : parts), text('}'))
}

const pack = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn('pack-function'),
    nulls: 'handled',
    type: () => 'dynamic',
    sql: (args, info) => {
      const keys = args.flatMap(({ literal }, index) =>
        index % 2 === 0 && typeof literal === 'string' ? [literal] : [],
      )
      const twice = `${name} with a key that comes twice`
      if (new Set(keys).size < keys.length) throw unsupported(twice, info.span)
      const members = args.map((value, index) => (index % 2 === 0 ? asText(value) : toDynamic(value)))
      const names = members.filter((_, index) => index % 2 === 0)
      // One key cannot come twice, nor can constants that are different.
      if (names.length < 2 || keys.length === names.length) return packed(members)
      const different = call('len', call('list_distinct', list(...names)))
      return when(infix(different, '<', int(names.length)), refuseAtRuntime(twice, 'VARCHAR'), packed(members))
    },
  })

const packArray = scalar({
  name: 'pack_array',
  docs: learn('pack-array-function'),
  nulls: 'handled',
  type: () => 'dynamic',
  sql: (args) => {
    const items = args.flatMap((value, index) => [
      ...(index === 0 ? [] : [text(',')]),
      call('coalesce', toDynamic(value), text('null')),
    ])
    return call('concat', text('['), ...items, text(']'))
  },
})

/** For lower/operators/mv-apply.ts, not a function of Kusto's: does a row have elements, of which null is one? */
const hasElements = scalar({
  name: 'mv-apply has elements',
  docs: learn('mv-apply-operator'),
  nulls: 'handled',
  type: () => 'bool',
  sql: (args) => {
    const hasNone = args.map((value) => {
      const is = (literal: string): SqlExpr =>
        infix(call('coalesce', toDynamic(value), text('null')), '=', text(literal))
      return or(is('[]'), is('{}'))
    })
    return not(and(...hasNone))
  },
})

export const dynamics: readonly ScalarEntry[] = [
  hasElements,
  parseJsonEntry('parse_json'),
  parseJsonEntry('parsejson'),
  parseJsonEntry('todynamic'),
  parseJsonEntry('toobject'),
  arrayLength('array_length'),
  arrayLength('arraylength'),
  pack('bag_pack'),
  pack('pack'),
  pack('pack_dictionary'),
  packArray,
  jsonFunction({
    name: 'bag_keys',
    returns: 'dynamic',
    run: (bag) => (bag !== undefined && isObject(bag) ? [...bag.keys()] : null),
  }),
  // For pack_all(true); not a function of Kusto's.
  jsonFunction({
    name: 'bag without empty',
    page: 'pack-all-function',
    returns: 'dynamic',
    run: (bag) =>
      bag !== undefined && isObject(bag)
        ? new Map([...bag].filter(([, value]) => value !== null && value !== ''))
        : null,
  }),
]
