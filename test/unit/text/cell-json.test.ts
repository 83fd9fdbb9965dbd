import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellJson } from '../../../src/text/cell-json.ts'

for (const [what, cell, type, expected] of [
  ['null', null, 'int', 'null'],
  ['a bool', true, 'bool', 'true'],
  ['an int', -7, 'int', '-7'],
  ['a long', -5n, 'long', '-5'],
  ['the largest long that doubles hold', 9007199254740991n, 'long', '9007199254740991'],
  ['a long beyond doubles', 9007199254740993n, 'long', '"9007199254740993"'],
  ['a negative long beyond doubles', -9223372036854775808n, 'long', '"-9223372036854775808"'],
  ['a real', 0.1, 'real', '0.1'],
  ['NaN', Number.NaN, 'real', '"NaN"'],
  ['an infinity', Number.NEGATIVE_INFINITY, 'real', '"-Infinity"'],
  ['a decimal', '1.10', 'decimal', '"1.10"'],
  ['a string that looks like JSON', '{"a":1}', 'string', '"{\\"a\\":1}"'],
  ['a string with quotes and line breaks', 'a"b\n', 'string', '"a\\"b\\n"'],
  ['a dynamic object, digits kept', '{"id":9007199254740993}', 'dynamic', '{"id":9007199254740993}'],
  ['a dynamic object over several lines', '{\n"a": 1\r\n}\n', 'dynamic', '{ "a": 1 }'],
  ['a dynamic array', '[1,"a"]', 'dynamic', '[1,"a"]'],
  ['a dynamic scalar', '5', 'dynamic', '"5"'],
  ['dynamic text that only begins like JSON', '{not json', 'dynamic', '"{not json"'],
] as const) {
  test(`cellJson: ${what}`, () => assert.equal(cellJson(cell, type), expected))
}
