/** Where SQL reads alike and means otherwise. Answers: shared/kql-cases (recorded) or the page named. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Engine } from '../../../src/kql/index.ts'
import { openTestEngine, plainRows } from '../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const T = 'datatable(k:long, v:string)[1,"a", 1,"b", 2,"c"]'

const TRAPS: readonly { readonly name: string; readonly query: string; readonly rows: unknown[][] }[] = [
  { name: 'join without kind is innerunique: one left row a key', query: `${T} | join (datatable(k:long)[1]) on k | count`, rows: [[1]] },
  { name: 'join kind=inner keeps duplicates', query: `${T} | join kind=inner (datatable(k:long)[1]) on k | count`, rows: [[2]] },
  { name: 'the sides of a join condition may stand in either order', query: 'datatable(a:long, l:string)[1,"x"] | join kind=inner (datatable(b:long, r:string)[1,"y"]) on $right.b == $left.a | project a, b, l, r', rows: [[1, 1, 'x', 'y']] },
  { name: 'join matches null with null', query: 'datatable(k:long)[long(null)] | join kind=inner (datatable(k:long)[long(null)]) on k | count', rows: [[1]] },
  { name: 'an outer join leaves empty strings, not nulls', query: 'datatable(k:long)[1] | join kind=leftouter (datatable(k:long, s:string)[]) on k | project s, e = isempty(s)', rows: [['', true]] },
  { name: 'has matches terms, not substrings', query: 'print a = "cmdlet" has "cmd", b = "cmd.exe" has "cmd", c = "a_cmd" has "cmd"', rows: [[false, true, true]] },
  { name: 'contains matches substrings', query: 'print "cmdlet" contains "CMD"', rows: [[true]] },
  { name: '== on strings minds case, =~ does not', query: 'print "A" == "a", "A" =~ "a"', rows: [[false, true]] },
  { name: 'sort is descending unless told', query: 'datatable(x:long)[1,3,2] | sort by x', rows: [[3], [2], [1]] },
  { name: 'ascending puts nulls first', query: 'datatable(x:long)[1,long(null)] | sort by x asc', rows: [[null], [1]] },
  { name: 'a conversion that fails is null', query: 'print toint("x"), tolong("3.5"), todatetime("x"), tobool("yes")', rows: [[null, null, null, null]] },
  { name: 'an order with null is null, which where drops', query: 'datatable(x:long)[1,long(null)] | where x > 0 or x <= 0 | count', rows: [[1]] },
  { name: 'null differs from a value, and is not equal to null', query: 'datatable(x:long)[1,long(null)] | project x != 5, x == 5, x == long(null)', rows: [[true, false, false], [true, false, null]] },
  { name: 'strings have no null', query: 'print isnull(""), isempty(""), tostring(int(null)) == ""', rows: [[false, true, true]] },
  { name: 'a missing dynamic member is null, and empty as text', query: 'print d = dynamic({"a":1}) | project d.b, tostring(d.b), isempty(d.b)', rows: [[null, '', true]] },
  { name: 'dynamic members mind case', query: 'print d = dynamic({"Port":1}) | project isnull(d.port), tolong(d.Port)', rows: [[true, 1]] },
  { name: 'negative indices count from the end', query: 'print tostring(split("a/b/c", "/")[-1])', rows: [['c']] },
  { name: 'bin floors below zero too', query: 'print bin(-7, 5), bin(-0.5, 1.0)', rows: [[-10, -1]] },
  { name: 'datetimes have 100 ns', query: 'print datetime(2020-01-01 00:00:00.0000001) + 1tick', rows: [['2020-01-01T00:00:00.0000002Z']] },
  { name: 'a datetime outside the calendar is null', query: 'print datetime(9999-12-31 23:59:59.9999999) + 1tick', rows: [[null]] },
  { name: 'integer division cuts, its remainder is never negative', query: 'print -7 / 2, -7 % 3, 7 % -3, 1 / 0', rows: [[-3, 2, 1, null]] },
  { name: 'longs wrap', query: 'print 9223372036854775807 + 1 == -9223372036854775808, sum = 1', rows: [[true, 1]] },
  { name: 'real division follows IEEE', query: 'print 1.0 / 0, -1.0 / 0, isnan(0.0 / 0)', rows: [[Infinity, -Infinity, true]] },
  { name: 'NaN equals nothing', query: 'print real(nan) == real(nan), real(nan) > 1, real(nan) != 1', rows: [[false, false, true]] },
  { name: 'NaN stands beside null in an order', query: 'let T = datatable(x:real)[1.0, real(nan), real(null), real(+inf)]; T | sort by x desc | extend r = row_number(), d = true | union (T | sort by x asc | extend r = row_number(), d = false) | sort by d, r asc | project x', rows: [[Infinity], [1], [NaN], [null], [null], [NaN], [1], [Infinity]] },
  { name: 'the largest are numbers, not NaN', query: 'datatable(x:real)[1.0, real(nan), 2.0] | top 1 by x', rows: [[2]] },
  { name: 'union goes by column name', query: 'union (datatable(x:long, y:string)[1,"a"]), (datatable(y:string, x:long)["b",2]) | sort by x asc', rows: [[1, 'a'], [2, 'b']] },
  { name: 'texts of a table that is read twice stay under a limit', query: 'let A = datatable(x:long, y:string)[1,"a", 2,"b"]; union A, (datatable(x:long, y:string)[2,"c"]) | join kind=inner (A | project x, ay = y) on x | project x, y, ay | order by x asc, y asc | take 3', rows: [[1, 'a', 'a'], [2, 'b', 'b'], [2, 'c', 'b']] },
  { name: 'a filter of a table that is read twice through another stays under a limit', query: 'let P = datatable(x:long, y:string)[1,"a", 2,"b"] | where y == "a"; let F = P | extend z = 1; union F, F | join kind=inner (F | project x, ay = y) on x | project x, ay | top 5 by x', rows: [[1, 'a'], [1, 'a']] },
  { name: 'union splits a name of two types', query: 'union (print x = 1), (print x = "a") | project-keep x_long, x_string | sort by x_string asc', rows: [[1, ''], [null, 'a']] },
  { name: 'the sum of nothing is 0, the maximum null', query: 'datatable(x:long)[] | summarize sum(x), max(x), count()', rows: [[0, null, 0]] },
  { name: 'make_list drops nulls but keeps empty strings', query: 'datatable(x:long, s:string)[1,"", long(null),"b"] | summarize make_list(x), make_list(s)', rows: [['[1]', '["","b"]']] },
  { name: 'now() and ago() mean the given instant', query: 'print now(), ago(1d)', rows: [['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z']] },
  { name: 'set query_now overrides it', query: 'set query_now = datetime(2020-01-02); print ago(1d)', rows: [['2020-01-01T00:00:00Z']] },
  { name: 'a let table is read anew under each name', query: 'let t = datatable(a:long)[1,2]; t | join kind=inner (t | where a > 1) on a | project a, a1', rows: [[2, 2]] },
  { name: 'a function sees its parameters and defaults', query: 'let f = (x:long, y:long = 10) { x + y }; print f(1), f(1, 2), f(y = 5, x = 1)', rows: [[11, 3, 6]] },
  { name: 'column names that differ in case are two columns', query: 'print Type = 1, type = 2 | project type, Type', rows: [[2, 1]] },
  { name: 'a text that begins with U+FEFF keeps it', query: 'print s = "\\ufeffab", t = strcat("\\ufeff", "longer than twelve bytes") | project s, strlen(s), t, reverse(s), d = pack_array(s), u = url_decode(s), n = unicode_codepoints_from_string(s)', rows: [['\ufeffab', 3, '\ufefflonger than twelve bytes', 'ba\ufeff', '["\ufeffab"]', '\ufeffab', '[65279,97,98]']] },
  { name: 'expressions nested deeply stay linear', query: `print ${Array.from({ length: 40 }, () => '1').join(' + ')}`, rows: [[40]] },
] // prettier-ignore

for (const { name, query, rows } of TRAPS) {
  test(name, async () => {
    assert.deepEqual(plainRows(await engine.query(query)), rows)
  })
}

const NAMES: readonly (readonly [string, string])[] = [
  ['print 1, toint("2")', 'print_0, print_1'],
  ['datatable(d:dynamic)[] | project d.a.b, d[0]', 'd_a_b, d_0'],
  [
    `${T} | summarize count(), max(k), make_set(v), arg_max(k, *), dcount(v) by bin(k, 2)`,
    'k, count_, max_k, set_v, k1, v, dcount_v',
  ],
  [`${T} | join kind=leftouter (${T}) on k`, 'k, v, k1, v1'],
  [`${T} | lookup (${T}) on k`, 'k, v, v1'],
  [`${T} | count`, 'Count'],
]

for (const [query, columns] of NAMES) {
  test(`generated names: ${columns}`, async () => {
    assert.equal((await engine.query(query)).columns.map(({ name }) => name).join(', '), columns)
  })
}

test('long digits survive, in cells and inside dynamics', async () => {
  const table = await engine.query('print x = 9223372036854775807, d = dynamic({"n":9007199254740993})')
  assert.deepEqual(table.rows, [[9223372036854775807n, '{"n":9007199254740993}']])
})

test('the types of swapped sides of a join are compared, as those of others are', async () => {
  for (const [left, right] of [
    ['long', 'string'],
    ['dynamic', 'dynamic'],
  ] as const) {
    const query = `datatable(a:${left})[] | join kind=inner (datatable(b:${right})[]) on $right.b == $left.a`
    await assert.rejects(engine.query(query), { code: 'kql/invalid', message: /cannot be joined/ })
  }
})

test('one name for the keys of a join is for an int and a long, and no further pair', async () => {
  const sides = (left: string, right: string, operator: string) =>
    `datatable(k:${left})[] | ${operator} (datatable(k:${right})[]) on k`
  assert.equal((await engine.query(sides('long', 'int', 'join'))).columns.length, 2)
  for (const query of [sides('int', 'real', 'join'), sides('long', 'string', 'join'), sides('int', 'long', 'lookup')])
    await assert.rejects(engine.query(query), { code: 'kql/type-mismatch', message: /must have the same type/ })
})

test('bag_unpack takes the four arguments of its page, and no fifth', async () => {
  const unpack = (more: string) => engine.query(`print d = dynamic({"a": 1}) | evaluate bag_unpack(d, "p_", "error"${more})`) // prettier-ignore
  assert.deepEqual(
    (await unpack(', dynamic([])')).columns.map(({ name }) => name),
    ['p_a'],
  )
  await assert.rejects(unpack(', dynamic([]), 1'), { code: 'kql/semantic' })
})
