import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../../../src/detect/canonical-json.ts'

for (const [what, text, expected] of [
  ['members are sorted, white space goes', '{ "b" : 1,\n "a" : [ 2, "x y" ] }', '{"a":[2,"x y"],"b":1}'],
  ['nested members too', '[{"z":{"d":1,"c":2}}]', '[{"z":{"c":2,"d":1}}]'],
  ['the order of an array counts', '[2,1]', '[2,1]'],
  ['numbers in one form', '[1.0, 1e2, -0, 0.50]', '[1,100,0,0.5]'],
  ['64-bit numbers keep their digits', '{"id":9223372036854775807}', '{"id":9223372036854775807}'],
  ['numbers within strings are text', '{"a":"1.0 and \\"2.0\\""}', '{"a":"1.0 and \\"2.0\\""}'],
  ['literals', '[true,false,null]', '[true,false,null]'],
  ['escapes in one form', '["\\u0041\\/"]', '["A/"]'],
  ['a member named __proto__', '{"b":1,"__proto__":{"x":1}}', '{"__proto__":{"x":1},"b":1}'],
  ['a string that looks like a number stays a string', '["n5","5",5]', '["n5","5",5]'],
  ['bare text stays', 'script0.ps1', 'script0.ps1'],
  ['bare text in brackets stays', '[not json', '[not json'],
  ['a bare number stays as the wire gave it', '1.0', '1.0'],
] as const) {
  test(`canonicalJson: ${what}`, () => assert.equal(canonicalJson(text), expected))
}

test('canonicalJson: nesting without end is left alone', () => {
  const text = '['.repeat(200_000) + ']'.repeat(200_000)
  assert.equal(canonicalJson(text), text)
})

for (const [what, text] of [
  ['a long string', `{"a":"${'x'.repeat(2e7)}"}`],
  ['a long string of escapes', `{"a":"${'\\\\'.repeat(1e7)}"}`],
  ['quotes that end no string', `{${'"\\'.repeat(500_000)}`],
  ['a string without an end', '{"' + '\\"'.repeat(500_000)],
] as const) {
  test(`canonicalJson: ${what} neither breaks nor holds up a run`, { timeout: 20_000 }, () => {
    // No assertion on the texts themselves, which a failure would print.
    assert.ok(canonicalJson(text) === text)
  })
}
