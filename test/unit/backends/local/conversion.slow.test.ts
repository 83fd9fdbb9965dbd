import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KustoType } from '../../../../src/domain/kusto.ts'
import { columns, load } from './support.ts'

const ticks = (iso: string, finer = 0n) => BigInt(Date.parse(iso)) * 10_000n + 621_355_968_000_000_000n + finer

/** What one cell becomes; undefined: refused. */
async function stored(type: KustoType, cell: unknown): Promise<unknown> {
  const source = { name: 'T', parts: [{ kind: 'rows', label: 'test', rows: [{ C: cell }] } as const] }
  try {
    const { rows } = await load(source, { schema: { name: 'T', columns: columns(`C:${type}`) } })
    return rows[0]?.['C']
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error)
    assert.equal(error.code, 'local/bad-value', error.message)
    return undefined
  }
}

const REFUSED = undefined

const cases: Readonly<Record<KustoType, readonly (readonly [name: string, cell: unknown, expected: unknown])[]>> = {
  datetime: [
    ['seven digits', '2026-03-02T10:00:00.1234567Z', ticks('2026-03-02T10:00:00Z', 1_234_567n)],
    ['no fraction', '2026-03-02T10:00:00Z', ticks('2026-03-02T10:00:00Z')],
    ['one digit', '2026-03-02T10:00:00.5Z', ticks('2026-03-02T10:00:00.500Z')],
    ['nine digits, finer than a tick', '2026-03-02T10:00:00.123456789Z', ticks('2026-03-02T10:00:00Z', 1_234_567n)],
    ['a space, no zone', '2019-01-15 05:15:02.980', ticks('2019-01-15T05:15:02.980Z')],
    ['an offset', '2026-03-02T10:00:00.0000001+02:00', ticks('2026-03-02T08:00:00Z', 1n)],
    ['a negative offset over midnight', '2026-03-02T22:00:00-0530', ticks('2026-03-03T03:30:00Z')],
    ['no seconds', '2026-03-02T10:00Z', ticks('2026-03-02T10:00:00Z')],
    ['a day', '2026-03-02', ticks('2026-03-02T00:00:00Z')],
    ['the first moment', '0001-01-01T00:00:00Z', 0n],
    ['the last moment', '9999-12-31T23:59:59.9999999Z', 3_155_378_975_999_999_999n],
    ['the last moment elsewhere', '9999-12-31T23:59:59.9999999+00:00', 3_155_378_975_999_999_999n],
    ['before the first moment', '0000-12-31T23:59:59Z', REFUSED],
    ['before the first moment by its offset', '0001-01-01T00:00:00+01:00', REFUSED],
    ['after the last moment by its offset', '9999-12-31T23:59:59-01:00', REFUSED],
    ['the first moment by its offset', '0001-01-01T01:00:00+01:00', 0n],
    ['portal export', '4/28/2021, 2:32:14.029 PM', ticks('2021-04-28T14:32:14.029Z')],
    ['portal export at noon', '4/28/2021, 12:32:14.000 PM', ticks('2021-04-28T12:32:14Z')],
    ['portal export at midnight', '4/28/2021, 12:32:14.000 AM', ticks('2021-04-28T00:32:14Z')],
    ['portal export with a narrow space', '4/28/2021, 2:32:14.029\u202FPM', ticks('2021-04-28T14:32:14.029Z')],
    ['24 hours', '7/8/2019 16:08', ticks('2019-07-08T16:08:00Z')],
    ['day before month', '28/4/2021, 2:32:14.029 PM', REFUSED],
    ['no such day', '2026-02-30T00:00:00Z', REFUSED],
    ['two-digit year', '4/28/21, 2:32:14 PM', REFUSED],
    ['a number: seconds or milliseconds?', 1_700_000_000, REFUSED],
    ['other text', 'yesterday', REFUSED],
    ['missing', null, null],
    ['empty', '', null],
  ],
  timespan: [
    ['days', '1.02:03:04.1234567', 937_841_234_567n],
    ['negative', '-00:00:01.5', -15_000_000n],
    ['no seconds', '01:02', 37_200_000_000n],
    ['the longest', '10675199.02:48:05.4775807', 9_223_372_036_854_775_807n],
    ['the least, one tick further', '-10675199.02:48:05.4775808', -9_223_372_036_854_775_808n],
    ['too long', '10675199.02:48:05.4775808', REFUSED],
    ['far too long', `${'9'.repeat(60)}.00:00:00`, REFUSED],
    ['a number', 5, REFUSED],
  ],
  long: [
    ['beyond 2^53', 9_007_199_254_740_993n, 9_007_199_254_740_993n],
    ['largest', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['too large', '9223372036854775808', REFUSED],
    ['as pandas writes it', '443.0', 443n],
    ['a fraction', 1.5, REFUSED],
    ['text', 'abc', REFUSED],
    ['a bool', true, REFUSED],
    ['blank', '  ', null],
  ],
  int: [
    ['number', -5, -5],
    ['too large', 2_147_483_648, REFUSED],
  ],
  real: [
    ['number', 0.1, 0.1],
    ['exponent', '1e-3', 0.001],
    ['not a number', 'NaN', Number.NaN],
    ['infinite', '-Infinity', Number.NEGATIVE_INFINITY],
    ['text', '1,5', REFUSED],
  ],
  bool: [
    ['bool', true, true],
    ['text', 'False', false],
    ['capitals', 'TRUE', true],
    ['number', 1, true],
    ['other', 'yes', REFUSED],
  ],
  decimal: [
    ['digits', '1.10', 1.1],
    ['18 digits behind the point, and zeros', '-0.12345678901234567800', -0.123_456_789_012_345_678],
    ['a finer one', '0.1234567890123456789', REFUSED],
    ['a finer one with an exponent', '1.5e-18', REFUSED],
    ['exponents', '150e-2', 1.5],
    ['more than 20 digits before the point', '123456789012345678901', REFUSED],
  ],
  guid: [
    ['braces and capitals', '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['no hyphens', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['other', 'a0eebc99', REFUSED],
  ],
  string: [
    ['text', ' as it is\n', ' as it is\n'],
    ['empty', '', ''],
    ['null is empty: Kusto strings have no null', null, ''],
    ['number', 4624, '4624'],
    ['long number', 9_007_199_254_740_993n, '9007199254740993'],
    ['bool', true, 'true'],
    ['object', { a: [1, null] }, '{"a":[1,null]}'],
    ['text that is JSON stays as written', '{ "a": 1.0 }', '{ "a": 1.0 }'],
    ['the word null', 'null', 'null'],
  ],
  dynamic: [
    ['object', { a: { b: [1, 'x', null, true] } }, '{"a":{"b":[1,"x",null,true]}}'],
    [
      'text that holds an object',
      '{ "a": 1.0, "b": [ 12345678901234567890 ] }',
      '{"a":1.0,"b":[12345678901234567890]}',
    ],
    ['text that holds a list', ' [1, 2]', '[1,2]'],
    ['text that only begins like one', '[65', '"[65"'],
    ['other text', 'abc', '"abc"'],
    ['text of digits stays text', '12', '"12"'],
    ['number', 12, '12'],
    ['bool', false, 'false'],
    ['null', null, null],
    ['empty text', '', null],
  ],
}

for (const [type, rows] of Object.entries(cases)) {
  test(`${type} from JSON`, async (t) => {
    for (const [name, cell, expected] of rows) {
      await t.test(name, async () => {
        const actual = await stored(type as KustoType, cell)
        assert.deepEqual(type === 'guid' && actual !== undefined ? String(actual) : actual, expected)
      })
    }
  })
}
