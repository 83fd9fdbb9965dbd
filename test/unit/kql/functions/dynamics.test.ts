import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine, plainRows } from '../../../support/kql.ts'

testAnswers('dynamics', [
  ['dynamic([dynamic({"a": 1}), dynamic([])])', '[{"a":1},[]]'],
  ['dynamic([datetime("01-01-2022"), 1d])', '["2022-01-01T00:00:00.0000000Z","1.00:00:00"]'],
  ['parsejson("[1, 2.0]")[1]', '2.0'],
  // A real is the text that it is outside of a dynamic; its digits in a text stay.
  [
    'strcat_delim(" ", dynamic(1e20), dynamic(-1e-5), parse_json("1e15"), dynamic({"a": 1e-7}).a)',
    '1E+20 -1E-05 1E+15 1E-07',
  ],
  ['strcat_delim(" ", dynamic(0.30000000000000004), dynamic(123456.789), dynamic(0.0001))', '0.30000000000000007 123456.789 0.0001'], // prettier-ignore
  ['strcat_delim(" ", dynamic("1e20"), dynamic({"a": "0.00001"}).a)', '1e20 0.00001'],
  // The same real is the same text, made by whichever function.
  ['tostring(pack_array(1e300, -1e21)) == tostring(array_reverse(dynamic([-1e21, 1e300])))', true],
  // Texts of JSON that are datetimes (MicrosoftDocs/dataexplorer-docs, issue 914); keys and other texts are none.
  [`parse_json('{"t": "2021-11-18T00:03:35"}')`, '{"t":"2021-11-18T00:03:35.0000000Z"}'],
  [`tostring(parse_json('"2021-11-18T00:03:35.12Z"'))`, '2021-11-18T00:03:35.1200000Z'],
  [
    `parse_json('{"2021-11-18T00:03:35":["2021-11-18T00:03:35Z","2021-13-18T00:03:35"]}')`,
    '{"2021-11-18T00:03:35":["2021-11-18T00:03:35.0000000Z","2021-13-18T00:03:35"]}',
  ],
  [`parse_json('["2021-11-18","\\\\"2021-11-18T00:03:35\\\\""]')`, '["2021-11-18","\\"2021-11-18T00:03:35\\""]'],
  // DuckDB would take them for JSON.
  [`parse_json('{"a":1,}')`, '{"a":1,}'],
  [`parse_json('[1, NaN]')`, '[1, NaN]'],
  // Half a surrogate pair, which a log can hold as an escape; the literal texts of escapes stay.
  [`parse_json(@'{"a":"x\\ud800y","b":1,"\\udc00":2}')`, '{"a":"x\ufffdy","b":1,"\ufffd":2}'],
  [`parse_json(@'{"a":"x\\ud800y","b":1}').b`, '1'],
  [`extract_json('$.a', @'{"a":"\\ud83d\\ude00\\\\ud800\\ude00"}')`, '\u{1f600}\\ud800\ufffd'],
  [`parse_json(@'["\\\\ud800"]')`, '["\\\\ud800"]'],
  // Keys that no path of DuckDB's can spell.
  [`parse_json('{"":{"q\\\\"r":[7,8]}}')['']['q"r'][-1]`, '8'],
  ['dynamic({"a": 1})[""]', null],
  ['pack_array(bag_pack("*", 5, "a", 6)["*"], dynamic({"a": 1})["*"], dynamic({"a": [1]})["*"][0])', '[5,null,null]'],
  [
    String.raw`pack_array(bag_pack("\\", 7)["\\"], bag_pack("C:\\", 8)["C:\\"], dynamic({"a": 1})["a\\"])`,
    '[7,8,null]',
  ],
  // The binder knows bags and arrays by their literals, the engine only dynamics.
  ['bag_keys(dynamic([1]))', null],
  ['bag_has_key(pack_array(1), "a")', null],
  ['toscalar(print d = dynamic("a") | project bag_merge(d, dynamic({"b": 1})))', '{"b":1}'],
  ['pack_array(dynamic({"a": 1})[0], dynamic({"a": 1}).a[5], dynamic({"a": 1})["a"]["b"])', '[null,null,null]'],
  [
    'pack_array(dynamic([1, 2])["a"], dynamic([1, 2])[0][0], dynamic("a")[0], dynamic([{"a": 1}])[0][0])',
    '[null,null,null,null]',
  ],
  ['pack_array(split("a,b", ",")["a"], split("a,b", ",")[1][0], pack("a", 1)[0])', '[null,null,null]'],
  [
    'toscalar(range i from 1 to 3 step 1 | summarize l = make_list(i) | project pack_array(l["a"], l[0].b, l[1]))',
    '[null,null,2]',
  ],
  ['pack_array(array_sort_asc(dynamic({"b": 1})), array_sort_desc(dynamic(5)))', '[null,null]'],
  [
    'strcat(replace_string(dynamic("abc"), "a", "z"), extract("b(.)", 1, dynamic("abc")), trim("a", dynamic("ab")))',
    'zbccb',
  ],
  ['tostring(0.1 + 0.2)', '0.30000000000000007'],
  ['pack_array(0.1 + 0.2)', '[0.30000000000000007]'],
  ['format_datetime(datetime(2007-03-09 05:04:03), "dddd, MMMM d, yyyy")', '0909, 0303 9, 2007'],
  ['format_datetime(datetime(2007-03-09 05:04:03), "y yyy")', '7 077'],
])

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

test('pack_all(true) leaves out what is null or empty', async () => {
  const table = await engine.query('print x = 1, y = "", z = int(null), b = false | project bag = pack_all(true)')
  assert.deepEqual(plainRows(table), [['{"x":1,"b":false}']])
})

test('column_names_of takes tables and functions', async () => {
  const text =
    'let T = datatable(A: string, B: int)[]; let F = () { print C = 1 }; print column_names_of(T), column_names_of(F())'
  assert.deepEqual(plainRows(await engine.query(text)), [['["A","B"]', '["C"]']])
})

test('a bag has no key twice', async () => {
  await assert.rejects(engine.query('print bag_pack("a", 1, "a", 2)'), /a key that comes twice/)
  const keys = 'print x = "a", y = "b" | project bag_pack'
  await assert.rejects(engine.query(`${keys}(x, 1, strcat("a", ""), 2)`), /a key that comes twice/)
  assert.deepEqual(plainRows(await engine.query(`${keys}(x, 1, y, 2, "c", 3)`)), [['{"a":1,"b":2,"c":3}']])
})

test('gettype refuses a text that may be a time or a guid', async () => {
  await assert.rejects(engine.query('print gettype(pack_array(1h)[0])'), /may be a datetime or a timespan/)
  const guid = 'guid(74be27de-1e4e-49d9-b579-fe0b331d3642)'
  await assert.rejects(engine.query(`print gettype(bag_pack("a", ${guid}).a)`), /may be a guid/)
  await assert.rejects(engine.query(`print d = bag_pack("a", ${guid}) | summarize buildschema(d)`), /may be a guid/)
  // What knows its type says so.
  const answer = await engine.query(`print gettype(${guid}), gettype(toguid(pack_array(${guid})[0]))`)
  assert.deepEqual(answer.rows, [['guid', 'guid']])
  const inner = 'dynamic(guid(74be27de-1e4e-49d9-b579-fe0b331d3642))'
  await assert.rejects(engine.query(`print gettype(${inner})`), /may be a guid/)
})

test('gettype does not need to know of a text what it is to say that it is no array', async () => {
  const some =
    'print d = parse_json(\'["2026-03-01T10:00:00Z", "74be27de-1e4e-49d9-b579-fe0b331d3642", [1], {"a": 1}, null, 1]\') | mv-expand d'
  const answer = await engine.query(
    `${some} | project gettype(d) == "array", "dictionary" != gettype(d), gettype(d) in~ ("Null", "long"), gettype(d) !in ("array", "dictionary")`,
  )
  assert.deepEqual(plainRows(answer), [
    [false, true, false, true],
    [false, true, false, true],
    [true, true, false, false],
    [false, false, false, false],
    [false, true, true, true],
    [false, true, true, true],
  ])
  for (const test of [
    'gettype(d) == "string"',
    'gettype(d) in ("array", "DateTime")',
    'gettype(d) in~ ("array", "DateTime")',
    'gettype(d) in (dynamic(["array"]))',
    'gettype(d) == tostring(d)',
  ]) {
    await assert.rejects(engine.query(`${some} | project ${test}`), /may be a/, test)
  }
})
