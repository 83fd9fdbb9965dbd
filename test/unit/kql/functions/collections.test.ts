import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine } from '../../../support/kql.ts'

let engine: Engine
before(async () => (engine = await openTestEngine()))
after(() => engine.close())

testAnswers('collections', [
  ['array_concat(dynamic([1, 2]), dynamic(["a"]))', '[1,2,"a"]'],
  ['array_concat(dynamic(null), dynamic([1]), dynamic({}).x, dynamic([]), dynamic([null, 2]))', '[1,null,2]'],
  ['array_concat(dynamic([1]), dynamic(2))', null],
  ['array_concat(dynamic(null), dynamic(null))', null],
  ['array_iff(dynamic([true, false, "x"]), 1, dynamic([7, 8, 9]))', '[1,8,null]'],
  ['array_index_of(dynamic(["an", "example", "an", "example"]), "an", 0, -1, 2)', 2n],
  ['array_index_of(dynamic(["a"]), "a", 0, -2)', null],
  ['array_rotate_left(dynamic([1, 2, 3, 4, 5]), -2)', '[4,5,1,2,3]'],
  ['array_shift_right(dynamic([10, 20, 30]), 1)', '[null,10,20]'],
  ['array_shift_left(dynamic(["a", "b"]), 1)', '["b",""]'],
  ['array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2)', '[3,4]'],
  ['array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, -2]))', '[[1],[2,3],[4,5]]'],
  ['array_sum(dynamic([1, null, 3]))', 4],
  ['array_sum(dynamic([1, "x"]))', null],
  ['array_sort_desc(dynamic([null, "blue", "yellow"]))', '["yellow","blue",null]'],
  ['array_sort_asc(dynamic(["b", 10, 9, "a"]))', '[9,10,"a","b"]'],
  ['array_sort_asc(pack_array(23h, 2h, dynamic(null), 22h))', '["02:00:00","22:00:00","23:00:00",null]'],
  ['array_sort_asc(pack_array("x", datetime(2020-01-02), datetime(2020-01-01)))[0]', '2020-01-01T00:00:00.0000000Z'],
  ['array_sort_desc(dynamic(["1.1", "b.c", "00000000-0000-0000-0000-000000000001"]))[0]', 'b.c'],
  ['array_sort_asc(dynamic([2, 1]), dynamic(["x", "y"]))[1]', '["y","x"]'],
  ['set_difference(dynamic([1, 2, 1, 4]), dynamic([1, 2]), dynamic([8]))', '[4]'],
  ['set_union(dynamic([1, 2]), dynamic([2, 1.0, 3]))', '[1,2,3]'],
  ['set_has_element(dynamic(["a"]), "A")', false],
  ['strcat_array(dynamic(["a", null, "", 1, true]), "|")', 'a|||1|true'],
  ['bag_has_key(dynamic({"a": {"b": 1}}), "$.a.b")', true],
  ['bag_remove_keys(dynamic({"a": {"b": 1, "c": 2}, "d": 3}), dynamic(["$.a.b", "d"]))', '{"a":{"c":2}}'],
  ['bag_set_key(dynamic({"a": 1}), "$.b.c", "x")', '{"a":1,"b":{"c":"x"}}'],
  ['bag_merge(dynamic({"a": 1}), dynamic(null), dynamic({"a": 2, "b": 3}))', '{"a":1,"b":3}'],
  ['bag_zip(dynamic(["a", 8, "b"]), dynamic([1, "2"]))', '{"a":1,"b":null}'],
  ['treepath(dynamic({"p": [1, 2], "q": "v"}))', `["['p']","['p'][0]","['q']"]`],
  ['dynamic_to_json(dynamic({"b": [1.0], "a": {"d": 1, "c": 2}}))', '{"a":{"c":2,"d":1},"b":[1.0]}'],
  ['range(1, 8, 3)', '[1,4,7]'],
  ['range(datetime(2020-01-01), datetime(2020-01-02), 12h)[2]', '2020-01-02T00:00:00.0000000Z'],
  ['array_length(range(1, 1000000000))', 1_048_576n],
  ['range(1, 2, 0)', null],
  ['repeat("x", 2)', '["x","x"]'],
  ['zip(dynamic([1, 3]), dynamic([2]))', '[[1,2],[3,null]]'],
])

for (const array of [
  'pack_array(1d, 23h)',
  'pack_array(-2h, -3h)',
  'pack_array("1x", datetime(2020-01-01))',
  'pack_array(1h, datetime(2020-01-01))',
  'pack_array(1, 1h)',
  'pack_array(real(+inf), 1)',
]) {
  test(`refuses to sort ${array}: times, whose texts have another order`, async () => {
    for (const call of [`array_sort_asc(${array})`, `array_sort_desc(${array})`]) {
      await assert.rejects(
        engine.query(`print v = ${call}`),
        (error: unknown) => error instanceof KqlError && /texts that may be times/.test(error.message),
      )
    }
  })
}
