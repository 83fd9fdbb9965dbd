import { call, cast, text } from '../../sql/build.ts'
import { fromStorage, isArray, isObject, toStorage, type Json } from '../../values/json.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry, type SqlArg } from '../entry.ts'
import { toDynamic } from '../convert.ts'
import { keepLatest } from '../keep-latest.ts'

/** Inside of the quotes of a path, an asterisk is all members, a backslash takes the closing quote for a part of the key; there is no empty key. */
const SAYABLE_KEY = /^[^"*\\]+$/

/** `$."key"[0][#-1]`: DuckDB's path language; a quoted key is taken as it is. Undefined where it cannot say a key. */
function pathText(steps: readonly SqlArg[]): string | undefined {
  const parts = steps.map(({ literal }) => {
    if (typeof literal === 'bigint') return literal < 0n ? `[#${literal}]` : `[${literal}]`
    return typeof literal === 'string' && SAYABLE_KEY.test(literal) ? `."${literal}"` : undefined
  })
  return parts.every((part) => part !== undefined) ? `$${parts.join('')}` : undefined
}

function element(value: Json, step: Json): Json {
  if (isArray(value) && typeof step === 'bigint') return value.at(Number(step)) ?? null
  return isObject(value) && typeof step === 'string' ? (value.get(step) ?? null) : null
}

/** Shorter ones are parsed as fast as they are compared. */
const WORTH_KEEPING = 1_000

/** A large value is mostly one for all rows, the answer of another query, to look things up in. */
const largeValue = keepLatest(fromStorage)

const parsed = (stored: string): Json => (stored.length < WORTH_KEEPING ? fromStorage : largeValue)(stored)

const elementNative: NativeFunction = {
  name: 'kql_element',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (value, step) => toStorage(element(parsed(String(value)), fromStorage(String(step)))),
}

export const dynamicAccess: readonly ScalarEntry[] = [
  scalar({
    name: 'dynamic path',
    docs: learn('scalar-data-types/dynamic'),
    // Access into null, or to what is not there, is null.
    nulls: 'null',
    type: () => 'dynamic',
    natives: [elementNative],
    sql: (args, info) => {
      const [from, ...steps] = [arg(args, 0, info), ...args.slice(1)]
      const path = pathText(steps)
      if (path === undefined) {
        return steps.reduce((value, step) => call(elementNative.name, value, toDynamic(step)), from.sql)
      }
      // JSON null inside is null outside.
      return call('nullif', cast(call('json_extract', from.sql, text(path)), 'VARCHAR'), text('null'))
    },
  }),
  scalar({
    name: 'dynamic element',
    docs: learn('scalar-data-types/dynamic'),
    nulls: 'null',
    type: () => 'dynamic',
    natives: [elementNative],
    sql: (args, info) => call(elementNative.name, arg(args, 0, info).sql, toDynamic(arg(args, 1, info))),
  }),
]
