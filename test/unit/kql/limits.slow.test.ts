import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { createWorkGuard } from '../../../src/cli/work-guard.ts'
import { HuntError } from '../../../src/domain/errors.ts'
import type { WorkGuard } from '../../../src/domain/ports.ts'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { findExcess, DEEPEST_BRACKETS, MOST_CHARACTERS, MOST_VALUES } from '../../../src/kql/bind/text-limits.ts'
import { boundedWork } from '../../../src/kql/bounded-work.ts'
import { analyze, openEngine, type Engine } from '../../../src/kql/index.ts'
import { EMPTY_SCHEMA, openTestEngine, plainRows } from '../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const repeated = (count: number, write: (index: number) => string, between = ''): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(between)

/** Texts that are refused after one look, and where. */
const REFUSED: readonly { name: string; text: string; at: number }[] = [
  { name: 'brackets in brackets', text: `print ${'('.repeat(100_000)}`, at: 6 + DEEPEST_BRACKETS },
  { name: 'brackets of all kinds', text: `print ${'([{'.repeat(50_000)}`, at: 6 + DEEPEST_BRACKETS },
  { name: 'a long text', text: `print "${'a'.repeat(10_000_000)}"`, at: 0 },
  { name: 'a long list', text: `print 1 in (${repeated(MOST_VALUES + 1, String, ',')})`, at: 11 },
]

for (const { name, text, at } of REFUSED) {
  test(`refused unseen: ${name}`, async () => {
    const error = await failure(engine.query(text))
    assert.equal(error.code, 'kql/too-complex')
    assert.ok('position' in error)
    assert.deepEqual(error.position, { offset: at, length: 1 })
    const { diagnostics } = await analyze(text, EMPTY_SCHEMA)
    assert.deepEqual(diagnostics.map(({ code, severity }) => [code, severity]), [['too-complex', 'error']]) // prettier-ignore
  })
}

test('brackets and commas in strings and comments do not count', () => {
  const brackets = '(['.repeat(200)
  for (const quoted of [
    `"${brackets}\\"${brackets}"`,
    `'${brackets}'`,
    `@"${brackets}""${brackets}"`,
    `h'${brackets}'`,
    `\`\`\`${brackets}\n${brackets}\`\`\``,
    `// ${brackets}\n1`,
  ])
    // prettier-ignore
    assert.equal(findExcess(`print ${quoted}`), undefined, quoted.slice(0, 3))
  assert.equal(findExcess(`print strlen("${','.repeat(50_000)}")`), undefined)
  assert.notEqual(findExcess(`print "never closed\n${brackets}`), undefined)
})

test('at the limits a query still runs', async () => {
  const brackets = `print ${'('.repeat(DEEPEST_BRACKETS)}1${')'.repeat(DEEPEST_BRACKETS)}`
  assert.deepEqual(plainRows(await engine.query(brackets)), [[1]])
  const text = `print strlen("${'a'.repeat(MOST_CHARACTERS - 100)}")`
  assert.deepEqual(plainRows(await engine.query(text)), [[MOST_CHARACTERS - 100]])
})

/** Chains that no limit on brackets sees: the service's own, the stack, or DuckDB's end them, always with an error. */
const CHAINS: readonly { name: string; text: string }[] = [
  { name: 'operators', text: `print x = 1${' | where x == 1'.repeat(3000)}` },
  { name: 'sums', text: `print 1${' + 1'.repeat(3000)}` },
  { name: 'sums that the service still analyses', text: `print 1${' + 1'.repeat(300)}` },
  { name: 'lets that build on each other', text: `${repeated(1200, (i) => `let a${i} = ${i === 0 ? '1' : `a${i - 1} + 1`};`)} print a1199` }, // prettier-ignore
  { name: 'paths', text: `print d = dynamic({}) | project d${'.a'.repeat(3000)}` },
  { name: 'recursion', text: 'let f = (x: long) { f(x + 1) }; print f(1)' },
  { name: 'functions that double', text: `let f0 = (x: long) { x + 1 }; ${repeated(64, (i) => `let f${i + 1} = (x: long) { f${i}(f${i}(x)) };`)} print f64(1)` }, // prettier-ignore
]

for (const { name, text } of CHAINS) {
  test(`an answer or an error, never a crash: ${name}`, async () => {
    const bounded = await openTestEngine(
      EMPTY_SCHEMA,
      createWorkGuard(() => assert.fail('nobody interrupted')),
    )
    try {
      const answer = await bounded.query(text, { timeout: 5_000 as Duration }).catch((error: unknown) => error)
      if (answer instanceof Error) assert.match(answer instanceof HuntError ? answer.code : answer.message, /^kql\//)
    } finally {
      bounded.close()
    }
  })
}

test('functions that call each other without end in sight are refused before DuckDB plans them', async () => {
  const doubling = (count: number) =>
    `let f0 = (x: long) { x + 1 }; ${repeated(count, (i) => `let f${i + 1} = (x: long) { f${i}(x) + f${i}(x) };`)} print f${count}(1)`
  assert.deepEqual(plainRows(await engine.query(doubling(8))), [[512]])
  const error = await failure(engine.query(doubling(14)))
  assert.equal(error.code, 'kql/too-complex')
  assert.match(error.message, /more than 1,000 times/)
})

/** DuckDB plans each level of groupings twice: twenty take seconds, thirty hours, and nothing ends it. */
const GROUPINGS: Readonly<Record<string, string>> = {
  distinct: repeated(60, () => '| distinct x | where x > 0'),
  summarize: repeated(60, (i) => `| summarize x = max(x), c${i} = count() by y = x | where c${i} == 1 | project x`),
  'make-series': repeated(20, () => '| extend d = datetime(2026-01-01) | make-series x = max(x) on d step 1d by y = x | mv-expand x to typeof(long)'), // prettier-ignore
  innerunique: repeated(60, () => '| join (range x from 1 to 5 step 1) on x | where x1 > 0 | project x'),
}

for (const [name, operators] of Object.entries(GROUPINGS)) {
  test(`groupings in each other: ${name}`, async () => {
    assert.deepEqual(
      plainRows(await engine.query(`range x from 1 to 5 step 1 ${operators} | summarize count(), sum(x)`)),
      [[5, 15]],
    )
  })
}

test('groupings in each other for the elements of each row', async () => {
  const applied = `print l = range(1, 5) | mv-apply x = l to typeof(long) on (where x > 0 ${repeated(10, () => '| distinct x')} | count)`
  assert.equal(plainRows(await engine.query(applied))[0]?.[1], 5)
})

test('columns that each read the one before twice cost no more than they are', async () => {
  const steps = repeated(60, () => '| extend s = iff(s has "b", s, strcat("b ", s))')
  const ends = ['where s has "a" and s !has "c" | count', 'where s has "a" | top 1 by s asc | project s']
  const answers = ends.map(async (end) =>
    plainRows(await engine.query(`datatable(s:string)["a", "c"] ${steps} | ${end}`)),
  )
  assert.deepEqual(await Promise.all(answers), [[[1]], [['b a']]])
})

test('lets that each read the one before twice cost no more than they are', async () => {
  for (const step of [
    'join kind=leftsemi # on k',
    'where k in (# | project k)',
    'where k <= toscalar(# | summarize max(k))',
  ]) {
    const lets = repeated(30, (i) => `let t${i + 1} = t${i} | ${step.replace('#', `t${i}`)};`)
    const text = `let t0 = datatable(k:long)[1, 2]; ${lets} t30 | count`
    assert.deepEqual(plainRows(await engine.query(text)), [[2]], step)
  }
})

test('a window over the elements of each row looks at each element once', async () => {
  const lists = 'range i from 1 to 50000 step 1 | summarize l = make_list(i) by k = i % 500'
  const gaps = 'mv-apply x = array_sort_asc(l) to typeof(long) on (serialize | extend d = x - prev(x) | summarize d = avg(d))' // prettier-ignore
  const answer = engine.query(`${lists} | ${gaps} | summarize count(), max(d)`, {}, AbortSignal.timeout(10_000))
  assert.deepEqual(plainRows(await answer), [[500, 500]])
})

test('windows over users and what is learned from a long series do not cost the square of their rows', async () => {
  const rows = 'range x from 1 to 30000 step 1 | extend t = datetime(2020-01-01) + x * 1m, u = tostring(x % 500)'
  // Values in no order, each of them once.
  const many = 'range x from 1 to 600000 step 1 | extend t = datetime(2020-01-01) + x * 1s, v = x * 7919 % 600011'
  const window = 'datetime(2020-01-01), datetime(2020-03-01), 7d'
  const series = 'print s = series_fill_linear(range(1, 100000, 1))'
  for (const [text, expected] of [
    [`${rows} | evaluate active_users_count(u, t, ${window}, 1d, 2, 7d) | summarize sum(dcount)`, 1500],
    [`${rows} | evaluate sliding_window_counts(u, t, ${window}, 1m) | summarize max(Count)`, 10_080],
    [`${rows} | evaluate rolling_percentile(x, 50, t, 1h, 200) | count`, 501],
    [`${many} | evaluate rolling_percentile(v, 50, t, 1d, 2) | summarize max(rolling_2_percentile_v_50)`, 300_046],
    [`${series} | extend (b, season, trend) = series_decompose(s, 7) | project array_length(trend)`, 100_000],
  ] as const) {
    assert.deepEqual(plainRows(await engine.query(text, {}, AbortSignal.timeout(20_000))), [[expected]], text)
  }
})

test('decimals, versions and sessions of one row each cost some microseconds a row', async () => {
  const rows = 'range x from 1 to 600000 step 1'
  const sessions = 'sort by t asc | extend s = row_window_session(t, 1h, 5m) | summarize dcount(s)'
  for (const [text, expected] of [
    [`${rows} | summarize s = sum(todecimal(x) / 8) | project tostring(s)`, '22500037500'],
    [`${rows} | extend v = parse_version(strcat("1.", x)) | summarize v = max(v) | project v == parse_version("1.600000")`, true], // prettier-ignore
    [`${rows} | extend t = datetime(2020-01-01) + x * 10m | ${sessions}`, 600_000],
  ] as const) {
    assert.deepEqual(plainRows(await engine.query(text, {}, AbortSignal.timeout(20_000))), [[expected]], text)
  }
})

test('has_any looks for thousands of computed needles at once', async () => {
  const list = 'toscalar(range i from 1 to 2000 step 1 | summarize make_list(strcat("evil", i, ".com")))'
  const rows = 'range i from 1 to 50000 step 1 | extend s = strcat("GET http://h", i, ".evil", i % 5000, ".com/")'
  const answer = engine.query(`let L = ${list}; ${rows} | where s has_any (L) | count`, {}, AbortSignal.timeout(20_000))
  assert.deepEqual(plainRows(await answer), [[20_000]])
})

test('subqueries in each other, of which DuckDB binds each level twice, are refused beyond a depth', async () => {
  const nested = (count: number): string => `print ${'toscalar(print '.repeat(count)}1${')'.repeat(count)}`
  assert.deepEqual(plainRows(await engine.query(nested(12))), [[1]])
  assert.equal((await failure(engine.query(nested(40)))).code, 'kql/too-complex')
})

test('a result that nobody could hold is an error, and nothing is left where the user stands', async () => {
  const most = await failure(engine.query('range x from 1 to 1000001 step 1 | extend y = x'))
  assert.equal(most.code, 'backend/too-many-rows')
  assert.match(most.message, /1,000,000 rows/)
  const { rows } = await engine.connection
    .runAndReadAll(`SELECT value FROM duckdb_settings() WHERE name = 'temp_directory'`)
    .then((reader) => ({ rows: reader.getRows() }))
  assert.deepEqual(rows, [['']])
})

const HUGE = 'range i from 1 to 60000000 step 1 | extend a = strcat("a longer text ", i), b = strcat("another ", i)'

test('an answer that outgrows the memory while it is collected ends the query, not the process', async () => {
  const guard = createWorkGuard(() => {})
  const options = { guard, schema: EMPTY_SCHEMA, readableFolders: [], now: () => 0 as Instant, memoryLimit: '100MB' }
  const limited = await openEngine(options)
  const before = guard.memory().used
  const { code, message } = await failure(limited.query(HUGE))
  limited.close()
  assert.equal(code, 'engine/memory')
  assert.match(message, /with its answer/)
  const grown = guard.memory().used - before
  assert.ok(grown < 2.5 * 2 ** 30, `${grown} bytes`)
})

test('a query stops before the process has all memory of the machine', async () => {
  let used = 1e9
  const guard: WorkGuard = {
    ...createWorkGuard(() => {}),
    memory: () => ({ used: (used += 100e6), machine: 2e9 }),
  }
  const limited = await openTestEngine(EMPTY_SCHEMA, guard)
  assert.equal((await failure(limited.query(HUGE))).code, 'engine/memory')
  // The next one begins with what is left.
  used = 0
  assert.deepEqual(plainRows(await limited.query('print 1')), [[1]])
  limited.close()
})

test('compiling ends with the time of the query, and with the interrupt of the user', () => {
  const signal = new AbortController().signal
  const outcome = (kind: 'late' | 'interrupted'): WorkGuard => ({ ...createWorkGuard(() => {}), run: () => ({ kind }) })
  const run = (guard: WorkGuard) => () => boundedWork(() => 1, { guard, limit: 3_000 as Duration, signal })
  assert.throws(run(outcome('late')), { code: 'kql/too-complex', message: /3s/ })
  assert.throws(run(outcome('interrupted')), { name: 'AbortError' })
})

/** Of so many elements that it takes minutes, in one call from DuckDB. */
const HOLDS_THE_THREAD = 'range i from 1 to 300000 step 1 | summarize a = make_list(i) | project x = series_fir(a, a)'

test('a function in JavaScript ends with the time of the query, and with the interrupt of the user', async () => {
  const user = new AbortController()
  const guarded = await openTestEngine(
    EMPTY_SCHEMA,
    createWorkGuard(() => user.abort(new Error('Ctrl-C'))),
  )
  // Binding that a test before has ended lets the language service be loaded anew, for which the time below is too short.
  await guarded.query(HOLDS_THE_THREAD.replace('300000', '3'))
  const late = await failure(guarded.query(HOLDS_THE_THREAD, { timeout: 900 as Duration }))
  assert.equal(late.code, 'kql/too-complex')
  assert.match(
    late.message,
    /^a function took longer than 0\.9s and was stopped \(in the operator: project x = series_fir/,
  )
  const interrupt = `setTimeout(() => process.kill(${process.pid}, 'SIGINT'), 1500)`
  const child = spawn(process.execPath, ['-e', interrupt])
  await assert.rejects(guarded.query(HOLDS_THE_THREAD, {}, user.signal), { message: 'Ctrl-C' })
  child.kill()
  assert.deepEqual(plainRows(await guarded.query('print array_length(series_fir(dynamic([1, 2]), dynamic([1])))')), [
    [2],
  ])
  guarded.close()
})

/** What took the square of the elements, in DuckDB where nothing ends it: a minute and more for so many, and hours for twice. */
const MANY_ELEMENTS: Readonly<Record<string, readonly [query: string, rows: unknown[][]]>> = {
  'a set comes in the order of first occurrences': [
    `range i from 1 to 600000 step 1 | summarize s = make_set((i * 7919) % 300000)
      | project array_length(s), tolong(s[0]), tolong(s[1]), tolong(s[-1])`,
    [[300_000, 7919, 15_838, 0]],
  ],
  'a set and a list end where their pages say': [
    `range i from 1 to 1100000 step 1 | summarize s = make_set(i, 5000000), l = make_list(i)
      | project array_length(s), array_length(l), tolong(s[-1]), tolong(l[-1])`,
    [[1_048_576, 1_048_576, 1_048_576, 1_048_576]],
  ],
  'matches of a pattern': [
    'print a = strrep(strrep("ab,", 1000), 300) | project array_length(extract_all("(b)", a)), extract_all("(b)(,)", a)[-1]',
    [[300_000, '["b",","]']],
  ],
  'members of a bag': [
    `range i from 1 to 50000 step 1 | summarize b = make_bag(pack(strcat("k", i), i))
      | project b, left = array_length(bag_keys(bag_remove_keys(b, array_slice(bag_keys(b), 2, -1)))) | mv-expand m = b
      | summarize count(), sum(tolong(m[tostring(bag_keys(m)[0])])), take_any(left)`,
    [[50_000, 1_250_025_000, 2]],
  ],
}

for (const [name, [query, rows]] of Object.entries(MANY_ELEMENTS)) {
  test(`many elements in one value: ${name}`, async () => {
    assert.deepEqual(plainRows(await engine.query(query)), rows)
  })
}

async function failure(promise: Promise<unknown>): Promise<HuntError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof HuntError) return error
    throw error
  }
  throw new assert.AssertionError({ message: 'the query should be refused' })
}
