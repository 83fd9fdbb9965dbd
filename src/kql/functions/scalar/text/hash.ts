import { unsupported } from '../../../errors.ts'
import { call, cast, infix, long, once, refuseAtRuntime, when } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry } from '../../entry.ts'
import { convert } from '../../convert.ts'
import { xxhash64 } from './xxhash.ts'

/** The hash itself as a signed long, or its unsigned remainder; no modulus is 0 here. */
const result = (hash: bigint, modulus: bigint): bigint => (modulus === 0n ? BigInt.asIntN(64, hash) : hash % modulus)

const textNative: NativeFunction = {
  name: 'kql_hash_text',
  takes: ['VARCHAR', 'BIGINT'],
  returns: 'BIGINT',
  run: (value, modulus) => result(xxhash64(Buffer.from(String(value))), BigInt(modulus as bigint)),
}

/** Longs, datetimes and timespans are hashed as their eight bytes (recorded: docs/hash-function-02). */
const longNative: NativeFunction = {
  name: 'kql_hash_long',
  takes: ['BIGINT', 'BIGINT'],
  returns: 'BIGINT',
  run: (value, modulus) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value as bigint))
    return result(xxhash64(bytes), BigInt(modulus as bigint))
  },
}

/** The page has no answer for a modulus of 0, for a negative one, or for null. */
const positive = (modulus: SqlExpr, name: string): SqlExpr =>
  once(modulus, (given) =>
    when(infix(given, '>', long(0)), given, refuseAtRuntime(`${name} with a modulus that is not positive`, 'BIGINT')),
  )

function hashEntry(name: string): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-function`),
    nulls: 'null',
    natives: [textNative, longNative],
    sql: (args, info) => {
      const value = arg(args, 0, info)
      const modulus = args[1] === undefined ? long(0) : positive(convert(args[1], 'long', info).sql, name)
      switch (value.type) {
        case 'string':
          return call(textNative.name, value.sql, modulus)
        case 'long':
        case 'datetime':
        case 'timespan':
          return call(longNative.name, cast(value.sql, 'BIGINT'), modulus)
        default:
          throw unsupported(`${name} of a ${value.type}`, value.span, 'hash its text instead: hash(tostring(…))')
      }
    },
  })
}

export const hashEntries: readonly ScalarEntry[] = [hashEntry('hash'), hashEntry('hash_xxhash64')]
