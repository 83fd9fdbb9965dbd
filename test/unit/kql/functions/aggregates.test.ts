import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { openTestEngine, plainRows } from '../../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const rows = 'datatable(x: long, y: real, s: string, d: dynamic)[1, 1.5, "a", dynamic([1]), 2, 2.5, "b", dynamic(null), 3, 4.0, "a", dynamic({"k": 1}), long(null), real(null), "", dynamic(3)]' // prettier-ignore

const ANSWERS: readonly (readonly [aggregate: string, value: unknown])[] = [
  // The condition is the second argument, what is optional comes after it.
  ['make_set_if(s, x > 0, 100)', '["a","b"]'],
  ['make_set_if(s, x > 0, 1)', '["a"]'],
  ['make_list_if(s, x > 0, 2)', '["a","b"]'],
  ['make_list_if(s, s == "a")', '["a","a"]'],
  ['make_bag_if(d, x > 0, 1048576)', '{"k":1}'],
  ['dcountif(s, x > 0, 4)', 2],
  ['count_distinctif(s, x > 1)', 2],
  ['take_anyif(s, x == 2)', 'b'],
  ['sumif(x, s == "a")', 4],
  ['avgif(x, s == "a")', 2],
  ['minif(x, x > 1)', 2],
  ['maxif(x, x < 3)', 2],
  ['stdevif(x, x < 3)', Math.SQRT1_2],
  ['variancepif(x, x < 3)', 0.25],
  ['cnt()', 4],
  ['make_list_with_nulls(x)', '[1,2,3,null]'],
  ['make_list(x)', '[1,2,3]'],
  ['make_list(d)', '[1,null,{"k":1},3]'],
  ['make_dictionary(d)', '{"k":1}'],
  ['make_bag(d, 1)', '{"k":1}'],
  ['makeset(s)', '["a","b",""]'],
  ['percentile(x, 50)', 2],
  ['percentile(x, 100 * 0.5)', 2],
  ['round(percentilew(y, x, toint("40") + 60), 1)', 4],
  ['percentiles_array(x, 0, 50, 100)', '[1,2,3]'],
  ['percentile(x, decimal(66.7))', 3],
  ['percentiles_array(x, dynamic([50, 99.9]))', '[2,3]'],
  ['percentiles_array(x, range(0, 100, 50))', '[1,2,3]'],
  ['percentiles_array(x, dynamic([]))', '[]'],
  ['percentilew(y, x, 50)', 2.5],
  ['percentilesw_array(y, x, 10, 90)', '[1.5,4.0]'],
  ['percentilesw_array(y, x, pack_array(10, 45 * 2))', '[1.5,4.0]'],
  ['binary_all_and(x)', 0],
  ['binary_all_or(x)', 3],
  ['binary_all_xor(x)', 0],
  ['covariance(x, y)', 1.25],
  ['covariancepif(x, y, x < 3)', 0.25],
  ['avg(todecimal(y))', '2.666666666666666666'],
  ['avgif(decimal(1.1) * x, x < 3)', '1.65'],
  [
    'buildschema(bag_pack("n", coalesce(x, 0), "m", bag_pack("s", s, "y", pack_array(1.5, "z"))))',
    '{"n":"long","m":{"s":"string","y":{"`indexer`":["double","string"]}}}',
  ],
  [
    'buildschema(parse_json(iff(x == 1, "1", \'{"b": [[true]]}\')))',
    '["long",{"b":{"`indexer`":{"`indexer`":"bool"}}}]',
  ],
]

for (const [aggregate, value] of ANSWERS) {
  test(`summarize ${aggregate}`, async () => {
    assert.deepEqual(plainRows(await engine.query(`${rows} | summarize v = ${aggregate}`)), [[value]])
  })
}

test('the old names keep 128 unless told otherwise', async () => {
  const numbers = 'range x from 1 to 200 step 1'
  const lengths = ['makelist(x)', 'makeset(x)', 'makeset(pack_array(x, -x))', 'makelist(x, 150)', 'make_list(x)', 'make_set(x)'] // prettier-ignore
  const answer = await engine.query(`${numbers} | summarize ${lengths.map((each, at) => `c${at} = ${each}`).join(', ')} | project ${lengths.map((_, at) => `array_length(c${at})`).join(', ')}`) // prettier-ignore
  assert.deepEqual(plainRows(answer), [[128, 128, 128, 150, 200, 200]])
  const keys = `${numbers} | summarize b = make_dictionary(bag_pack(tostring(x), x))`
  await assert.rejects(engine.query(keys), /make_dictionary of more than 128 keys/)
})

test('percentiles are found by their digits: as a double 0.55 * 100 is more than 55', async () => {
  const { rows: single } = await engine.query(
    'range x from 1 to 1000 step 1 | summarize percentile(x, 55), percentile(x, 99.9), percentilew(x, 3, 99.9), percentiles_array(x, 7, 55), percentilesw_array(x, 1, 7, 55), percentile(x, 1e-20)',
  )
  assert.deepEqual(single, [[550n, 999n, 999n, '[70,550]', '[70,550]', 1n]])
  const { rows: digest } = await engine.query(
    'range x from 1 to 1000 step 1 | summarize d = tdigest(x) | project percentile_tdigest(d, 55), percentile_tdigest(d, 99.9)',
  )
  assert.deepEqual(digest, [['550', '999']])
})

test('a percentile may be computed of constants where its column has a name, which its rank is part of otherwise', async () => {
  const measures = 'one = percentiles(x, 25 * 2), (low, high) = percentilesw(x, x, 5 + 5, 90 - 1)'
  assert.deepEqual(plainRows(await engine.query(`${rows} | summarize ${measures}`)), [[2, 1, 3]])
  for (const measure of [
    'percentile(x, 25 * 2)',
    'round(percentile(x, 25 * 2))',
    'one = percentiles(x, 50, 25 * 3)',
    'a = percentile(x, x)',
  ])
    // prettier-ignore
    await assert.rejects(engine.query(`${rows} | summarize ${measure}`), /a computed percentile/)
})

test('percentilesw gives a column for each rank', async () => {
  const table = await engine.query(`${rows} | summarize percentilesw(y, x, 10, 50.5)`)
  assert.deepEqual(
    table.columns.map(({ name }) => name),
    ['percentile_y_10', 'percentile_y_50_5'],
  )
  assert.deepEqual(plainRows(table), [[1.5, 4]])
})

const REFUSED: readonly (readonly [aggregate: string, message: RegExp])[] = [
  ['make_set_if(s, x > 0, toint(s))', /computed size/],
  ['make_list(s, -2)', /make_list with a negative size/],
  ['make_set_if(s, x > 0, -1)', /make_set_if with a negative size/],
  ['make_bag(bag_pack("a", 1, "b", 2), 1)', /make_bag of more than 1 keys/],
  ['percentilew(y, y, 50)', /a weight of type real/],
  ['covarianceif(x, y, x == 1)', /fewer than two rows/],
  ['percentile(x, 101)', /101 is no percentile/],
  ['percentiles(x, 50, -3)', /-3 is no percentile/],
  ['percentiles_array(x, dynamic([50, 101]))', /101 is no percentile/],
  ['percentilesw_array(x, x, dynamic([-0.5]))', /-0.5 is no percentile/],
  ['dcount(x, 9)', /9 is no accuracy/],
  ['dcount_hll(hll(x, 5))', /5 is no accuracy/],
  ['dcount_hll(hll_if(x, x > 1, -1))', /-1 is no accuracy/],
  ['count(x > 1)', /count of a condition/],
  ['buildschema(d)', /an array and a bag in one place/],
  ['buildschema(bag_pack("x", x))', /buildschema of a null/],
  [
    'buildschema(parse_json(iff(x == 1, "true", iff(x == 2, "1", "2.5"))))',
    /the types bool, long, double in one place/,
  ],
  ['buildschema(bag_pack("t", datetime(2020-01-01)))', /may be a datetime/],
  ['buildschema(bag_pack("a", dynamic([])))', /arrays without items/],
  ['buildschema(dynamic(null))', /buildschema of no values/],
]

for (const [aggregate, message] of REFUSED) {
  test(`refuses ${aggregate}`, async () => {
    await assert.rejects(
      engine.query(`${rows} | summarize v = ${aggregate}`),
      (error: unknown) => error instanceof KqlError && message.test(error.message),
    )
  })
}
