import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, type CompiledQuery, type Engine } from '../../../src/kql/index.ts'
import { runQuery } from '../../../src/kql/duckdb/run-query.ts'
import type { SpeedPass } from '../../../src/kql/passes/index.ts'
import { evaluation, type Setting } from '../../../src/kql/sql/evaluate.ts'
import type { SqlExpr } from '../../../src/kql/sql/nodes.ts'
import { Random } from '../../fuzz/random.ts'
import { EMPTY_SCHEMA, openTestEngine } from '../../support/kql.ts'

const UNLIMITED = { maxRows: undefined, signal: undefined }

const compiled = (text: string, without: readonly SpeedPass[] = []): CompiledQuery =>
  compile(text, EMPTY_SCHEMA, { tables: new Map(), now: 0n, window: undefined, without: new Set(without) })

const isInJavaScript = (text: string): boolean => compiled(text).sql.text.includes('kql_fold')

async function rowsOf(engine: Engine, query: CompiledQuery): Promise<string> {
  try {
    const { rows } = await runQuery(engine.connection, query, UNLIMITED)
    return rows.map((row) => row.map((cell) => (Object.is(cell, -0) ? '-0' : String(cell))).join('|')).join('\n')
  } catch (error) {
    return `fails: ${String(error).slice(0, 60)}`
  }
}

/** Rows of all types, with nulls, the ends of ranges and NaN. */
const ROWS = `range i from 1 to 40 step 1
| extend b = case(i % 5 == 0, bool(null), i % 3 == 0), n = case(i % 7 == 0, long(null), i % 11 == 0, long(9223372036854775807), i * 37 % 17 - 8),
    k = toint(iff(i % 9 == 0, int(null), toint(i % 4))), r = case(i % 8 == 0, real(nan), i % 13 == 0, real(null), i % 10 == 0, -0.0, i / 3.0 - 5),
    s = case(i % 6 == 0, "", i % 4 == 0, "é", strcat("t", i % 3)), t = iff(i % 12 == 0, datetime(null), datetime(2026-01-01) + i * 7m),
    w = iff(i % 10 == 0, timespan(null), (i - 20) * 1h)
| extend d = iff(i % 5 == 1, dynamic(null), pack("a", i, "b", s))`

const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  bool: ['b', '(n > 2)', '(s == "t1")', 'isnull(r)', 'true'],
  long: ['n', 'k', 'i', '7', '(-1)', '0', 'strlen(s)'],
  real: ['r', '0.5', 'todouble(n)', 'real(nan)'],
  string: ['s', '"t1"', '""', 'tostring(n)'],
  datetime: ['t', 'datetime(2026-01-01 02:00)', '(t + 1h)'],
  dynamic: ['d', 'dynamic([1])'],
  timespan: ['w', '90m', '(t - datetime(2026-01-01))'],
}

const TYPES = Object.keys(OF_TYPE)

const INPUTS = [['n', 'long'], ['r', 'real'], ['s', 'string'], ['t', 'datetime'], ['w', 'timespan'], ['b', 'bool'], ['d', 'dynamic']] as const // prettier-ignore

/** Expressions that depend on `states` too: names with their types. */
class Expressions {
  readonly #random: Random
  readonly #states: readonly (readonly [name: string, type: string])[]

  constructor(random: Random, states: readonly (readonly [string, string])[]) {
    this.#random = random
    this.#states = states
  }

  of(type: string, depth = 2): string {
    const states = this.#states.filter(([, each]) => each === type).map(([name]) => name)
    const leaf = (): string => this.#random.pick([...states, ...states, ...(OF_TYPE[type] ?? [])])
    if (depth === 0) return leaf()
    const inner = (of: string): string => this.of(of, depth - 1)
    const forms: readonly (() => string)[] = [
      leaf,
      () => `iff(${inner('bool')}, ${inner(type)}, ${inner(type)})`,
      () => `coalesce(${inner(type)}, ${inner(type)})`,
      ...(MADE[type] ?? []).map((form) => () => form(inner)),
    ]
    return this.#random.pick(forms)()
  }
}

const MADE: Readonly<Record<string, readonly ((of: (type: string) => string) => string)[]>> = {
  bool: [
    (of) => `(${of('bool')} and ${of('bool')})`,
    (of) => `(${of('bool')} or not(${of('bool')}))`,
    (of) => `(${of('long')} == ${of('long')})`,
    (of) => `(${of('long')} < ${of('real')})`,
    (of) => `(${of('real')} != ${of('real')})`,
    (of) => `(${of('string')} == ${of('string')})`,
    (of) => `(${of('string')} =~ ${of('string')})`,
    (of) => `(${of('datetime')} >= ${of('datetime')})`,
    (of) => `(${of('datetime')} - ${of('datetime')} between (${of('timespan')} .. 4h))`,
    (of) => `(${of('long')} in (1, 2, ${of('long')}))`,
    (of) => `isnull(${of('timespan')})`,
    (of) => `isempty(${of('string')})`,
    (of) => `(${of('string')} contains ${of('string')})`,
    (of) => `(${of('string')} startswith_cs ${of('string')})`,
    (of) => `(${of('string')} endswith ${of('string')})`,
    (of) => `(${of('string')} has ${of('string')})`,
    (of) => `(${of('string')} in~ (${of('string')}, "É"))`,
    (of) => `(datetime_diff("hour", ${of('datetime')}, ${of('datetime')}) > 1)`,
    (of) => `(bin(${of('datetime')}, 1h) == ${of('datetime')})`,
  ],
  long: [
    (of) => `(${of('long')} + ${of('long')})`,
    (of) => `(${of('long')} - ${of('long')})`,
    (of) => `(${of('long')} * ${of('long')})`,
    (of) => `(${of('long')} / ${of('long')})`,
    (of) => `(${of('long')} % ${of('long')})`,
    (of) => `(-${of('long')})`,
    (of) => `abs(${of('long')})`,
    (of) => `max_of(${of('long')}, ${of('long')})`,
    (of) => `indexof(${of('string')}, "t")`,
    (of) => `binary_and(${of('long')}, 5)`,
    (of) => `strlen(${of('string')})`,
    (of) => `toint(${of('real')})`,
    (of) => `array_length(${of('dynamic')})`,
  ],
  real: [
    (of) => `(${of('real')} + ${of('long')})`,
    (of) => `(${of('real')} * ${of('real')})`,
    (of) => `(${of('real')} / ${of('real')})`,
    (of) => `min_of(${of('real')}, ${of('real')})`,
  ],
  string: [
    (of) => `strcat(${of('string')}, ${of('string')})`,
    (of) => `tostring(${of('long')})`,
    (of) => `toupper(${of('string')})`,
    (of) => `substring(${of('string')}, 1, 2)`,
    (of) => `tostring(${of('dynamic')}.b)`,
    (of) => `tostring(${of('datetime')})`,
  ],
  dynamic: [
    (of) => `array_concat(${of('dynamic')}, pack_array(${of('long')}))`,
    (of) => `set_union(${of('dynamic')}, pack_array(${of('string')}))`,
    (of) => `bag_merge(${of('dynamic')}, pack("k", ${of('real')}))`,
  ],
  datetime: [(of) => `(${of('datetime')} + ${of('timespan')})`, (of) => `max_of(${of('datetime')}, ${of('datetime')})`],
  timespan: [(of) => `(${of('datetime')} - ${of('datetime')})`, (of) => `(${of('timespan')} * 2)`, (of) => `(${of('timespan')} + ${of('timespan')})`], // prettier-ignore
}

/** `isMixed`: what is read of an earlier row stands beside the same column of this one, so that nothing larger of that row is remembered. */
function randomScan(seed: number, isMixed = false): string {
  const random = new Random(seed)
  const declared = Array.from(
    { length: 1 + random.integer(3) },
    (_, index) => [`c${index}`, random.pick(TYPES)] as const,
  )
  const names = Array.from({ length: 1 + random.integer(3) }, (_, index) => `s${index}`)
  const steps = names.map((name, index) => {
    const seen = names.slice(0, index + 1)
    const states = seen.flatMap((step) => [
      ...declared.map(([column, type]) => [`${step}.${column}`, type] as const),
      ...INPUTS.map(
        ([column, type]) => [isMixed ? `iff(i < 0, ${column}, ${step}.${column})` : `${step}.${column}`, type] as const,
      ),
    ])
    const expressions = new Expressions(random, states)
    const assigned = declared.map(([column, type]) => `${column} = ${expressions.of(type)}`)
    const output = random.pick(['', ' output=last', ' output=none', ''])
    return `step ${name}${output}: ${expressions.of('bool')} => ${assigned.join(', ')};`
  })
  const columns = declared.map(([column, type]) => `${column}: ${type}`).join(', ')
  return `${ROWS}\n| scan with_match_id=m declare (${columns}) with (${steps.join(' ')})\n| project-away d`
}

const PROGRAMS = 24

test('a walk in JavaScript gives what DuckDB gives', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  let [inJavaScript, tried] = [0, 0]
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const text = randomScan(seed)
    let slow: CompiledQuery
    try {
      slow = compiled(text, ['foldByBlocks'])
    } catch {
      // What the engine refuses it refuses either way.
      assert.throws(() => compiled(text))
      continue
    }
    tried++
    if (isInJavaScript(text)) inJavaScript++
    assert.equal(await rowsOf(engine, compiled(text)), await rowsOf(engine, slow), text)
  }
  assert.ok(tried > 20, `${tried} of ${PROGRAMS} programs are refused by neither`)
  assert.ok(inJavaScript > tried / 3, `${inJavaScript} of ${tried} run in JavaScript`)
})

async function only(engine: Engine, text: string): Promise<unknown> {
  const { rows } = await runQuery(engine.connection, compiled(text), UNLIMITED)
  return rows.map((row) => row.map(Number))
}

test('what is remembered of an earlier row is what its columns give', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  let remembering = 0
  for (let seed = 1; seed <= PROGRAMS * 2; seed++) {
    const [text, mixed] = [randomScan(seed), randomScan(seed, true)]
    let query: CompiledQuery
    try {
      query = compiled(text)
    } catch {
      assert.throws(() => compiled(mixed))
      continue
    }
    if (!isInJavaScript(text) || !isInJavaScript(mixed)) continue
    if (query.sql.text.includes('$made')) remembering++
    assert.equal(await rowsOf(engine, query), await rowsOf(engine, compiled(mixed)), text)
  }
  assert.ok(remembering > 3, `${remembering} programs remember something`)
})

test('a walk goes on over the ends of its blocks, in each part by itself', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const sum = 'scan with_match_id=m declare (c:long=0) with (step a: true => c = a.c + i;)'
  const all = `range i from 1 to 100000 step 1 | ${sum} | summarize max(c), count(), dcount(m), sum(c)`
  assert.ok(isInJavaScript(all))
  assert.deepEqual(await only(engine, all), [[5_000_050_000, 100_000, 1, 166_671_666_700_000]])
  const parts = `range i from 1 to 60000 step 1 | extend k = i % 3 | partition hint.strategy=native by k (sort by i asc | ${sum})
    | summarize max(c), count() by k | sort by k asc`
  assert.deepEqual(await only(engine, parts), [
    [0, 600_030_000, 20_000],
    [1, 599_990_000, 20_000],
    [2, 600_010_000, 20_000],
  ])
})

test('what other queries give is known in a walk', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = `let m = toscalar(print 3); let T = datatable(x:long)[2, 4];
    range i from 1 to 6 step 1 | scan declare (c:long=0) with (step a: i > m and i in (T) or a.c > 0 => c = a.c + m + i;)`
  assert.ok(isInJavaScript(text))
  assert.deepEqual(await only(engine, text), [[4, 7], [5, 15], [6, 24]]) // prettier-ignore
})

test('steps that JavaScript cannot take are left to DuckDB, up to the rows that it can walk', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = (rows: number): string =>
    `range i from 1 to ${rows} step 1 | scan declare (c:string) with (step a: true => c = substring(strcat(a.c, "x"), 0, 3);) | summarize countif(c == "xxx")`
  assert.ok(!isInJavaScript(text(9)))
  assert.deepEqual(await only(engine, text(9)), [[7]])
  await assert.rejects(only(engine, text(20_001)), /a walk from row to row over more than 20000 rows/)
})

test('a refusal behind a guard that earlier rows decide is met where they let it', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = (
    guard: string,
  ): string => `range i from 1 to 5 step 1 | extend d = pack("a", i + 0.0 + iff(i == 4, 0.5, 0.0))
    | scan declare (c:long=0) with (step b: true => c = b.c + iff(${guard}, 1, tolong(d.a == i));) | project c`
  assert.deepEqual(await only(engine, text('b.c >= 2')), [[1], [2], [3], [4], [5]])
  await assert.rejects(only(engine, text('b.c >= 9')), /comparing a real inside of a dynamic/)
})

test('a refusal over an earlier row is met where a row asks for it', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = (rows: number): string => `range i from 1 to ${rows} step 1 | extend d = pack("x", iff(i == 3, 1.5, 1.0))
    | scan declare (c:long=0) with (step a: isnull(a.i) or a.d.x == 1 => c = a.c + 1;) | project c`
  assert.deepEqual(await only(engine, text(3)), [[1], [2], [3]])
  await assert.rejects(only(engine, text(4)), /comparing a real inside of a dynamic/)
})

test('a number out of its range is said as DuckDB says it', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const long = (value: bigint): SqlExpr => ({ kind: 'integer', value, type: 'BIGINT' })
  const sum = evaluation({ kind: 'infix', operator: '+', left: long(2n ** 63n - 1n), right: long(1n) }, ONE_TEXT)
  assert.throws(() => sum?.run([]), /Out of Range Error: /)
  await assert.rejects(engine.connection.run('SELECT 9223372036854775807 + 1::BIGINT'), /Out of Range Error: /)
})

test('half a surrogate pair is the same in a step as elsewhere', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = `range i from 1 to 2 step 1
    | scan declare (z:string="") with (step a: true => z = iff(strcat("😀", a.z) contains "\\ud83d", "found", "not");) | project z`
  assert.ok(isInJavaScript(text))
  assert.equal(await rowsOf(engine, compiled(text)), 'not\nnot')
})

test('a walk goes over rows that a window function with a restart has numbered', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const text = `range i from 1 to 4 step 1 | sort by i asc | extend c = row_cumsum(i, i == 3), n = row_number(1, i == 2)
    | scan declare (z:long=0) with (step a: true => z = a.z + c + i;) | project i, c, n, z`
  assert.ok(isInJavaScript(text))
  assert.equal(await rowsOf(engine, compiled(text)), '1|1|1|2\n2|3|1|7\n3|3|2|13\n4|7|3|24')
})

test('letters become small as in DuckDB', async (t) => {
  const engine = await openTestEngine()
  t.after(() => engine.close())
  const reader = await engine.connection.runAndReadAll(
    'SELECT n, lower(chr(n::INTEGER)) FROM range(1, 1114112) r(n) WHERE n NOT BETWEEN 55296 AND 57343',
  )
  const small = evaluation({ kind: 'call', name: 'lower', args: [{ kind: 'column', name: 'x' }] }, ONE_TEXT)
  const wrong = reader.getRows().filter(([code, expected]) => {
    const letter = String.fromCodePoint(Number(code))
    return small?.run([letter]) !== expected || small?.run([`a${letter}b`]) !== `a${String(expected)}b`
  })
  assert.deepEqual(wrong, [])
})

const ONE_TEXT: Setting = {
  find: () => ({ type: 'VARCHAR', index: 0 }),
  native: () => undefined,
  reserve: () => 1,
}
