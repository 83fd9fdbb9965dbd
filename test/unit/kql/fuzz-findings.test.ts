/** What `npm run fuzz` found: each of these once gave an internal error or another answer. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Engine } from '../../../src/kql/index.ts'
import { openTestEngine } from '../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const MIN = '(-9223372036854775807 - 1)'

const ANSWERS: readonly { kql: string; cells: readonly unknown[] }[] = [
  { kql: `print bin(${MIN}, 10)`, cells: [9223372036854775806n] },
  { kql: 'print bin(-7, 5), bin(7, 5), bin(5, 0)', cells: [-10n, 5n, null] },
  { kql: `print bin_at(${MIN}, 10, 0)`, cells: [9223372036854775806n] },
  { kql: `print abs(${MIN}), abs(-3)`, cells: [-(2n ** 63n), 3n] },
  // It made room for two billion phases, which ended the process.
  {
    kql: 'print series_seasonal(dynamic([1, 2, 1, 2]), 2147483647, int(-2147483648)), series_seasonal(dynamic([1, 2, 1, 2]), 2, -5)',
    cells: ['[1.0,2.0,1.0,2.0]', '[1.0,2.0,1.0,2.0]'],
  },
  { kql: 'print sin(real(-inf)), cos(real(+inf)), cot(real(+inf)), sin(real(null))', cells: [NaN, NaN, NaN, null] },
  { kql: 'print round(decimal(3.256), 2), round(3.25, 1), round(1234.5, -2)', cells: ['3.26', 3.3, 1200] },
  { kql: 'print split("a,b", ",", int(null))', cells: [null] },
  { kql: 'datatable(n: long)[-1] | project split("a,b", ",", n)', cells: [null] },
  { kql: 'print abs(decimal(null)), abs(decimal(-1.5)), abs(parse_version("fe80::1"))', cells: [null, '1.5', null] },
  { kql: 'print d = decimal(1.5) | serialize | project c = row_cumsum(d)', cells: ['1.5'] },
  {
    kql: 'print decimal(null) + 1, 1 - decimal(null), decimal(null) % 2, -decimal(null)',
    cells: [null, null, null, null],
  },
  { kql: 'datatable(i: int)[5] | project -i, gettype(-i), -toint(3) + i', cells: [-5n, 'long', 2n] },
  // Weeks and ceilings are reals, whatever the binder says; so is what is made of them.
  {
    kql: `datatable(i: int, d: datetime)[3, datetime(2020-01-15)] | extend w = datetime_diff('week', d, datetime(2020-01-01))
      | project w + 1, -w, w % 2, gettype(w * 2), iff(w > 1, w, 0.0), max_of(i, w), bin(w, 2), -ceiling(i)`,
    cells: [3, -2, 0, 'real', 2, 3, 2, -3],
  },
  {
    kql: "datatable(d: datetime)[datetime(2020-01-15)] | summarize sum(datetime_diff('week', d, datetime(2020-01-01))), max(datetime_diff('week', d, datetime(2020-01-01)))",
    cells: [2, 2],
  },
  {
    kql: 'datatable(d: datetime, t: timespan)[datetime(9999-12-31), time(10675199.02:48:05.4775807)] | project d + t, d - t, t + d, d - time(null)',
    cells: [null, null, null, null],
  },
  {
    kql: 'datatable(b: bool, j: dynamic)[true, dynamic({"a":1})] | project b and j, b or j, b and j.a',
    cells: [null, true, true],
  },
  { kql: 'print ago(time(10675199.02:48:05.4775807)), now(time(-10675199.02:48:05.4775808))', cells: [null, null] },
  {
    kql: 'print -int(-2147483648), -int(-5), -real(+inf), -time(-1d), -9223372036854775808',
    cells: [2147483648n, 5n, -Infinity, '1.00:00:00', -(2n ** 63n)],
  },
  { kql: 'print dynamic({"a": [-9223372036854775808, -1.5, - 2]})', cells: ['{"a":[-9223372036854775808,-1.5,-2]}'] },
  { kql: 'union (print x = hourofday(datetime(2020-01-01 05:00))), (print y = 1) | project x | where isnotnull(x)', cells: [5n] }, // prettier-ignore
  {
    kql: 'union (print x = hourofday(datetime(2020-01-01 05:00))), (print x = int(3)) | summarize sum(x)',
    cells: [8n],
  },
  // A null is in no list, whether its texts are constants, columns, a computed array or rows.
  {
    kql: 'datatable(g: guid, s: string)[guid(null), ""] | project g in (s, "a"), g in ("", "a"), g in (pack_array(s)), g in ((print "")), g !in (s, "a")',
    cells: [false, false, false, false, true],
  },
  {
    kql: 'print x = real(nan) | where rand() < 2 | project x in (real(nan)), x in ((print real(nan))), x !in ((print real(nan)))',
    cells: [false, false, true],
  },
  // Texts of rows and of columns meet bools and reals as the texts that a query writes do.
  {
    kql: 'datatable(b: bool, r: real, s: string)[true, 200.0, "200"] | project b in ((print "true")), r in ((print "200")), s in ((print 200.0)), r == s, r in (s), r == "200"',
    cells: [true, true, true, true, true, true],
  },
  // DuckDB compared what was cast, not the null that the cast makes of it.
  {
    kql: 'datatable(l: long, s: string)[3000000000, "-3000000000"] | project toint(l) > 5, 5 < tolong(toint(l)), toint(s) <= 5',
    cells: [null, null, null],
  },
  {
    kql: 'datatable(l: long)[3000000000, 7] | where toint(l) > 5 | summarize count(), countif(toint(l) < 5000000000)',
    cells: [1n, 1n],
  },
  // DuckDB gives a column that it sorts by back without the sign of its zeros.
  { kql: 'datatable(r: real)[-0.0, 1.0] | sort by r asc | extend n = row_number() | where n == 1', cells: [-0, 1n] },
  { kql: 'datatable(r: real)[-0.0] | sort by r asc', cells: [-0] },
]

for (const { kql, cells } of ANSWERS) {
  test(kql, async () => {
    assert.deepEqual((await engine.query(kql)).rows, [cells])
  })
}

// prettier-ignore
const REFUSED: readonly { kql: string; code: string }[] = [
  { kql: 'print series_outliers(dynamic([]), "tukey", 1.0, 0.1, 0.9, 1)', code: 'kql/unsupported' },
  { kql: 'print x = 0.1 | summarize binary_all_xor(x)', code: 'kql/unsupported' },
  { kql: 'datatable(x: long)[1.5]', code: 'kql/unsupported' },
  { kql: 'datatable(x: int)[3000000000]', code: 'kql/unsupported' },
  // To JavaScript, which is asked first, this is a class without members.
  { kql: 'print trim("[]", "a")', code: 'kql/invalid' },
  { kql: 'print -dynamic(1)', code: 'kql/unsupported' },
  { kql: 'print datetime(2020-01-01) + datetime(2020-01-01)', code: 'kql/unsupported' },
  { kql: 'print 1h - datetime(2020-01-01)', code: 'kql/unsupported' },
  { kql: 'print 1h * 1h', code: 'kql/unsupported' },
  { kql: 'print 1h % 1.5', code: 'kql/unsupported' },
  { kql: 'print dcount_hll("a")', code: 'kql/type-mismatch' },
  { kql: 'print rank_tdigest(1, 2)', code: 'kql/type-mismatch' },
  { kql: 'print percentile_tdigest("a", 50)', code: 'kql/type-mismatch' },
  { kql: 'print percentiles_array_tdigest(1, 50)', code: 'kql/type-mismatch' },
  { kql: 'print dcount_hll(hll_merge(1, 2))', code: 'kql/type-mismatch' },
  { kql: 'print x = 1 | summarize dcount_hll(hll_merge(x))', code: 'kql/type-mismatch' },
  { kql: 'print tdigest_isvalid("a", "b")', code: 'kql/type-mismatch' },
  { kql: 'print not(1)', code: 'kql/type-mismatch' },
  { kql: 'print s = "a" | where not(s == "a" or "b")', code: 'kql/type-mismatch' },
  { kql: 'print s = "a", n = 1 | search not("a" or n)', code: 'kql/type-mismatch' },
  { kql: 'print datetime_add("day", 1.5, datetime(2020-01-01))', code: 'kql/unsupported' },
  { kql: 'datatable(r: real)[1e308, -1e308] | summarize stdevp(r)', code: 'kql/out-of-range' },
]

for (const { kql, code } of REFUSED) {
  test(`refused: ${kql}`, async () => {
    await assert.rejects(engine.query(kql), { code })
  })
}
