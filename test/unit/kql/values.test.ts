import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDatetime, fromParts, parseDatetime, toParts } from '../../../src/kql/values/datetime.ts'
import { fromStorage, gettypeOf, parseJson, printJson } from '../../../src/kql/values/json.ts'
import { formatReal } from '../../../src/kql/values/real.ts'
import { formatTimespan, parseTimespan } from '../../../src/kql/values/timespan.ts'

const DATETIMES: readonly (readonly [string, string | undefined])[] = [
  ['2020-01-01', '2020-01-01T00:00:00.0000000Z'],
  ['2020-02-29 13:45:30.1234567', '2020-02-29T13:45:30.1234567Z'],
  ['2020-01-01T00:00:00+02:00', '2019-12-31T22:00:00.0000000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.0000000Z'],
  ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
  ['02/17/2016 08:40:01', '2016-02-17T08:40:01.0000000Z'],
  ['Sat, 22 Feb 2020 10:00:00 GMT', '2020-02-22T10:00:00.0000000Z'],
  ['2020-02-30', undefined],
  ['2020-13-01', undefined],
  ['not a date', undefined],
  ['', undefined],
]

for (const [text, expected] of DATETIMES) {
  test(`datetime "${text}"`, () => {
    const ticks = parseDatetime(text)
    assert.equal(ticks === undefined ? undefined : formatDatetime(ticks), expected)
  })
}

test('calendar parts and ticks are inverse at the ends of the calendar', () => {
  for (const ticks of [0n, 1n, 3_155_378_975_999_999_999n, 637_134_336_000_000_000n]) {
    assert.equal(fromParts(toParts(ticks)), ticks)
  }
})

const TIMESPANS: readonly (readonly [string, string | undefined])[] = [
  ['1d', '1.00:00:00'],
  ['1.5h', '01:30:00'],
  ['01:02:03', '01:02:03'],
  ['-00:30:00', '-00:30:00'],
  ['1.02:03:04.5', '1.02:03:04.5000000'],
  ['13:00', '13:00:00'],
  ['100ms', '00:00:00.1000000'],
  ['1tick', '00:00:00.0000001'],
  ['25:00', undefined],
  ['abc', undefined],
]

for (const [text, expected] of TIMESPANS) {
  test(`timespan "${text}"`, () => {
    const ticks = parseTimespan(text)
    assert.equal(ticks === undefined ? undefined : formatTimespan(ticks), expected)
  })
}

const REALS: readonly (readonly [number, string])[] = [
  [1, '1.0'],
  [-0, '-0.0'],
  [1.5, '1.5'],
  [1e15, '1E+15'],
  [123456789012345, '123456789012345.0'],
  [0.00001, '1E-05'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-inf'],
]

for (const [value, text] of REALS) test(`real ${text}`, () => assert.equal(formatReal(value), text))

test('a real of 16 digits and more reads back, and is the largest of its length that does', () => {
  let seed = 1
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  let checked = 0
  for (let turn = 0; turn < 20_000; turn++) {
    // Below 2^49, where no decimal of this length lies exactly between two doubles.
    const value = random() * 10 ** Math.floor(random() * 18 - 3)
    const text = formatReal(value)
    assert.equal(Number(text), value, text)
    const digits = text.replace('.', '').replace(/^0+/, '')
    if (value < 1e-4 || digits.length < 16 || digits.endsWith('9')) continue
    checked++
    const next = text.slice(0, -1) + String(Number(text.slice(-1)) + 1)
    assert.notEqual(Number(next), value, `${text} is not the largest`)
  }
  assert.ok(checked > 5_000, String(checked))
})

test('JSON keeps what JSON.parse loses: long digits and the difference of 1 and 1.0', () => {
  for (const text of ['9223372036854775807', '1.0', '{"a":[1,2.5,null,true,"x"]}', '{"b":1,"a":2}', '[]', '{}']) {
    const value = parseJson(text)
    assert.ok(value !== undefined)
    assert.equal(printJson(value), text)
  }
})

test('JSON: strings with escapes and raw control characters', () => {
  assert.equal(parseJson('"a\\u0041\\n"'), 'aA\n')
  assert.equal(parseJson('"tab\there"'), 'tab\there')
  assert.equal(parseJson('"\\x"'), undefined)
})

test('what is no JSON is undefined, however deep or odd', () => {
  for (const text of ['', '{', '{"a":}', '[1,]', 'nul', '01', '"open', `${'['.repeat(5000)}${']'.repeat(5000)}`]) {
    assert.equal(parseJson(text), undefined, text.slice(0, 20))
  }
})

test('gettype names what a dynamic holds', () => {
  const names = ['1', '1.5', 'true', '"x"', '[]', '{}'].map((text) => gettypeOf(fromStorage(text)))
  assert.deepEqual(names, ['long', 'double', 'bool', 'string', 'array', 'dictionary'])
  assert.equal(gettypeOf(fromStorage(null)), 'null')
})
