import { call, cast, infix } from '../../../sql/build.ts'
import type { SqlExpr } from '../../../sql/nodes.ts'
import { convert } from '../../convert.ts'
import { arg, learn, scalar, type ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

function longEntry(name: string, sql: (...values: SqlExpr[]) => SqlExpr): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-function`),
    nulls: 'null',
    sql: (args, info) => sql(...args.map((_, index) => convert(arg(args, index, info), 'long', info).sql)),
  })
}

/** The shift counts modulo 64; a negative one gives null. */
const shiftEntry = (name: string, run: (value: bigint, by: bigint) => bigint): ScalarEntry =>
  nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['long', 'long'],
    returns: 'long',
    run: (value, by) => (value === null || by === null || by < 0n ? null : BigInt.asIntN(64, run(value, by % 64n))),
  })

export const bitEntries: readonly ScalarEntry[] = [
  longEntry('binary_and', (left, right) => infix(left, '&', right)),
  longEntry('binary_or', (left, right) => infix(left, '|', right)),
  longEntry('binary_xor', (left, right) => call('xor', left, right)),
  longEntry('binary_not', (value) =>
    call('xor', value, cast({ kind: 'integer', value: -1n, type: 'BIGINT' }, 'BIGINT')),
  ),
  longEntry('bitset_count_ones', (value) => cast(call('bit_count', value), 'BIGINT')),
  shiftEntry('binary_shift_left', (value, by) => value << by),
  shiftEntry('binary_shift_right', (value, by) => value >> by),
]
