import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairUp } from '../../../src/rule-tests/pair-up.ts'
import { sameValue } from '../../../src/rule-tests/same-value.ts'

for (const [what, expected, actual, type, same] of [
  ['a string', 'a', 'a', 'string', true],
  ['case matters', 'A', 'a', 'string', false],
  ['a number written for a string column', 4624n, '4624', 'string', true],
  ['null is the empty string', null, '', 'string', true],
  ['null is not a text', null, 'x', 'string', false],
  ['a text is not null', 'x', null, 'long', false],
  ['a long with all digits', 9007199254740993n, 9007199254740993n, 'long', true],
  ['a long that differs in its last digit', 9007199254740993n, 9007199254740992n, 'long', false],
  ['an int', 5n, 5, 'int', true],
  ['a whole real', 5n, 5, 'real', true],
  ['a real', 0.5, 0.5, 'real', true],
  ['a text is no number', 'five', 5, 'int', false],
  ['a bool', true, true, 'bool', true],
  ['the text of a bool', 'true', true, 'bool', false],
  ['a date for its midnight', '2026-03-02', '2026-03-02T00:00:00Z', 'datetime', true],
  ['an instant without its zeros', '2026-03-02T10:00:00.5Z', '2026-03-02T10:00:00.5Z', 'datetime', true],
  ['an instant with more zeros', '2026-03-02 10:00:00.5000000', '2026-03-02T10:00:00.5Z', 'datetime', true],
  ['100 ns matter', '2026-03-02T10:00:00.0000001Z', '2026-03-02T10:00:00Z', 'datetime', false],
  ['a guid in capitals', 'ABCDEF00-0000-4000-8000-000000000000', 'abcdef00-0000-4000-8000-000000000000', 'guid', true],
  ['a decimal with zeros', 1.5, '1.50', 'decimal', true],
  ['a property bag in another order', { b: 1n, a: ['x'] }, '{"a":["x"],"b":1}', 'dynamic', true],
  ['a list in another order', ['a', 'b'], '["b","a"]', 'dynamic', false],
  ['neighbours above 2^53 in a bag', { a: 9007199254740993n }, '{"a":9007199254740992}', 'dynamic', false],
  ['a bag with a number in another form', { a: 1, b: 0.5 }, '{"b":0.50,"a":1.0}', 'dynamic', true],
  ['a dynamic scalar', 5n, '5', 'dynamic', true],
  ['an object where there is text', { a: 1n }, 'not json', 'dynamic', false],
] as const) {
  test(`sameValue: ${what}`, () => assert.equal(sameValue(expected, actual, type), same))
}

test('pairUp leaves the only item to the expectation that says more', () => {
  const fits = (wanted: string, item: string): boolean => item.startsWith(wanted)
  const { pairs, surplus } = pairUp(['a', 'ab', 'zz'], ['abc', 'ax', 'q'], fits)
  assert.deepEqual(pairs, [
    { expected: 'a', actual: 'ax' },
    { expected: 'ab', actual: 'abc' },
    { expected: 'zz', actual: undefined },
  ])
  assert.deepEqual(surplus, ['q'])
})
