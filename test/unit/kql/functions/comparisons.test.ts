import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine } from '../../../support/kql.ts'

// Published rules compare numbers and days of the week with their texts, and bools with what tobool() reads: IsCompliant == "0".
testAnswers('a text beside another type', [
  ['int(4625) == "4625"', true],
  ['"0" == 0', true],
  ['"none" == 0', false],
  ['dayofweek(datetime(2020-01-06)) == "1.00:00:00"', true],
  ['(1 == 2) == "False"', true],
  ['(1 == 2) == "0"', true],
  ['(1 == 1) != "0"', true],
  ['"true" == (1 == 1)', true],
  ['(1 == 1) == tolower("TRUE")', true],
  ['(1 == 1) == "yes"', false],
  ['(1 == 1) != "yes"', true],
  ['bool(null) == "0"', false],
  ['todouble("200") == "200"', true],
  ['datetime(2020-01-01) == "2020-01-01T00:00:00.0000000Z"', true],
  ['datetime(2020-01-01) != "yesterday"', true],
  ['real(nan) in (real(nan), 1.0)', false],
  ['1 in (decimal(1.5))', false],
  ['dynamic({"a":5000000000}).a > int(1)', true],
])

// The end is the start and the span together, and no datetime beyond the year 9999.
testAnswers('between a start and a span', [
  ['datetime(2020-01-01) between (datetime(2019-12-31) .. 1d)', true],
  ['datetime(2020-01-01) between (datetime(2020-01-02) .. -1d)', false],
  ['datetime(9999-12-31) between (datetime(9999-12-31) .. 1d)', null],
  ['datetime(9999-12-30) !between (datetime(9999-12-31) .. 1d)', true],
  ['now() between (now() .. totimespan(strcat("10675199.02:48:", "05.4775807")))', null],
  ['now() between (now() .. totimespan(strcat("n", "one")))', null],
  ['now() between (todatetime(strcat("n", "one")) .. 1d)', null],
  ['now() between (todatetime(tostring(now())) .. totimespan(strcat("1", "h")))', true],
])

// The page of `in`: x in (dynamic([1,[2,3]])) becomes x in (1,2,3).
testAnswers('lists', [
  ['3 in (dynamic([1, [2, [3]]]))', true],
  ['4 !in (dynamic([1, [2, [3]]]))', true],
  ['"b" in~ (parse_json(strcat("[[", "\\"B\\"", "]]")))', true],
  ['"x,[y" in (split("x,[y;z", ";"))', true],
  ['"a" in (dynamic({"b": ["a"]}).c)', false],
  ['"a" has_any (dynamic({"b": ["a"]}).c)', false],
  ['"a b" has_all (dynamic({"b": ["A", "b"]}).b)', true],
  ['3 in (parse_json(strcat("[1, [", "3]]")))', true],
  ['1.5 in (parse_json(strcat("[1, [", "1.5]]")))', true],
])

// Each item of a list as it would meet the needle beside `==`.
testAnswers('in', [
  ['1 in (dynamic([]))', false],
  ['1 in (dynamic([1.0]))', true],
  ['4625 in ("4624", "4625")', true],
  ['"B" !in~ (dynamic(["a", ["b"]]))', false],
  ['1.5 in ("1.50")', true],
  ['dynamic(true) in (true)', true],
  ['dynamic(1.0) in (1)', true],
  ['dynamic("5") in (5)', true],
  ['dynamic("a") in ("b", "a")', true],
  ['true in (2)', false],
  ['true in (parse_json(strcat("[", "true]")))', true],
  // As of a constant array.
  ['10 in (parse_json(strcat("[", "10.0, [1.0]]")))', true],
  ['int(-1) in (parse_json(strcat("[", "-1.0]")))', true],
  ['1 in (parse_json(strcat("[", "1.5, 11.0]")))', false],
  ['1.0 in (parse_json(strcat("[", "1]")))', true],
  ['"null" in (parse_json(strcat("[", "null]")))', false],
  ['"" in (dynamic([null]))', false],
  ['"foo" has_any (dynamic(null))', false],
])

testAnswers('a real inside of a dynamic beside a whole number', [
  ['dynamic(1.5) > 0', true],
  ['2 < dynamic(1.5)', false],
  ['dynamic(2.0) == 2', true],
])

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

for (const expression of [
  'datetime(2020-01-01) == "2020-01-01"',
  '1 == "01"',
  '1d == "1d"',
  'guid(74be27de-1e4e-49d9-b579-fe0b331d3642) == "74BE27DE-1E4E-49D9-B579-FE0B331D3642"',
  'decimal(1.5) == "1.50"',
  '1 in ("1", "01")',
  'datetime(2020-01-01) in (dynamic(["2020-01-01"]))',
  '"01" !in (1)',
]) {
  test(`refuses ${expression}: it depends on which side the service converts`, async () => {
    await assert.rejects(
      engine.query(`print v = ${expression}`),
      (error: unknown) => error instanceof KqlError && /with the text/.test(error.message),
    )
  })
}

for (const condition of ['d.a > 1', '1 == d.a', 'd.a between (1 .. 2)']) {
  test(`refuses ${condition} of 1.5: it depends on whether the service cuts it`, async () => {
    await assert.rejects(
      engine.query(`print d = dynamic({"a": 1.5}) | where ${condition}`),
      (error: unknown) => error instanceof KqlError && /a real inside of a dynamic/.test(error.message),
    )
  })
}

const OPEN = [
  'asin(1.5)',
  'toint(3e9)',
  'format_datetime(datetime(2020-01-01), "s.FFF")',
  'hash("x", 0)',
  'hash_xxhash64(1d, -2)',
  'hash(7, int(null))',
  'geo_distance_2points(8, 50, 9, 51, true)',
  '"a" in (dynamic("a"))',
  '"a" in~ (dynamic({"b": "A"}).b)',
  '"a" has_any (dynamic({"b": "a"}).b)',
  '"a" has_all (dynamic({"a": 1}))',
  '"a" has_any (dynamic([null, "a"]))',
  '"a" has_any (dynamic([["a"]]))',
  'todatetime(dynamic(637134336000000000))',
  'totimespan(dynamic({"a":5}).a)',
  'set_has_element(dynamic([1.5]), decimal(1.5))',
  'array_index_of(dynamic([1.5]), decimal(1.5))',
  'parse_xml("<a>b<c/>d</a>")',
  'parse_xml("<a><![CDATA[b]]></a>")',
  'weekofyear(datetime(2020-01-01))',
  'toscalar(datatable(x: long)[1] | summarize t = tdigest(x) | project percentile_tdigest(t, 101))',
  '"x b" has_any (dynamic(["a", ["b"]]))',
  '"a" has_any (dynamic({"a":1}))',
  '"not null" has_any (dynamic([null]))',
  '"a" has_all (parse_json(strcat("[", "{}]")))',
  'has_any_index("a b", dynamic([null, "b"]))',
]

for (const expression of OPEN) {
  test(`refuses ${expression}: no page says what comes of it`, async () => {
    await assert.rejects(engine.query(`print v = ${expression}`), { code: 'kql/unsupported' })
  })
}

// Only a dynamic goes with another type (SEM0019 of the service).
for (const expression of [
  'iff(true, 1, 2.5)',
  'iff(true, decimal(1), 2.5)',
  'case(false, 1, true, "a", 2)',
  'gettype(iff(true, 1, 2.5))',
]) {
  test(`refuses ${expression}: its branches differ in type`, async () => {
    await assert.rejects(
      engine.query(`print v = ${expression}`),
      (error: unknown) =>
        error instanceof KqlError &&
        /with branches that are/.test(error.message) &&
        // The wider one: a whole number in the place of the other would lose its fraction.
        /to(?:double|decimal|string)\(\)/.test(error.hint ?? ''),
    )
  })
}
