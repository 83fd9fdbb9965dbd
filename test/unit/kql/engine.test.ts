import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../src/domain/errors.ts'
import type { Window } from '../../../src/domain/time.ts'
import { analyze } from '../../../src/kql/index.ts'
import type { Engine } from '../../../src/kql/index.ts'
import { days, hours } from '../../../src/time/duration.ts'
import { parseInstant } from '../../../src/time/instant.ts'
import { addTable, openTestEngine, plainRows } from '../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
  const ticks = (text: string): string => `${BigInt(Date.parse(text)) * 10_000n + 621_355_968_000_000_000n}`
  await addTable(
    engine,
    'Events',
    [
      { name: 'TimeGenerated', type: 'datetime' },
      { name: 'Name', type: 'string' },
    ],
    [
      `(${ticks('2026-03-01T00:00:00Z')}, 'start')`,
      `(${ticks('2026-03-01T12:00:00Z')}, 'noon')`,
      `(${ticks('2026-03-02T00:00:00Z')}, 'end')`,
    ],
  )
  await addTable(engine, 'Lookup', [{ name: 'Name', type: 'string' }], ["('start')", "('end')"])
})
after(() => engine.close())

const at = (text: string): NonNullable<ReturnType<typeof parseInstant>> => {
  const instant = parseInstant(text)
  assert.ok(instant !== undefined)
  return instant
}
const DAY: Window = { start: at('2026-03-01T00:00:00Z'), end: at('2026-03-02T00:00:00Z') }

test('the window is half-open', async () => {
  const table = await engine.query('Events | project Name | sort by Name asc', { window: DAY })
  assert.deepEqual(plainRows(table), [['noon'], ['start']])
})

test('the window bounds every reference to a table, shared ones too, and leaves tables without a time alone', async () => {
  const text =
    'let e = Events; union (e | project Name), (e | project Name), (Lookup) | summarize count() by Name | sort by Name asc'
  assert.deepEqual(plainRows(await engine.query(text, { window: DAY })), [['end', 1], ['noon', 2], ['start', 3]]) // prettier-ignore
})

test('a wildcard that stands for one table reads it, in union, find and search', async () => {
  const texts = [
    'union withsource=T Ev*nts | where Name == "noon" | project T, Name',
    'find withsource=T in (Even*) where Name == "noon" | project T, Name',
    'search in (Ev*) "noon" | project T = $table, Name',
  ]
  for (const text of texts) {
    const { rows, tables } = await engine.query(text, { window: DAY })
    assert.deepEqual([rows, tables], [[['Events', 'noon']], ['Events']], text)
  }
})

test("without a window the time is the query's own", async () => {
  assert.deepEqual(plainRows(await engine.query('Events | count')), [[3]])
})

test('now is an argument of each query', async () => {
  const table = await engine.query('Events | where TimeGenerated > ago(13h) | count', {
    now: at('2026-03-02T00:00:00Z'),
  })
  assert.deepEqual(plainRows(table), [[2]])
})

test('ingestion_time() is null for a table without that column', async () => {
  assert.deepEqual(plainRows(await engine.query('Events | summarize countif(isnull(ingestion_time()))')), [[3]])
})

test('a trace gives the rows after each operator', async () => {
  const steps = await engine.trace('Events\n| where Name != "noon"\n| project Name\n| count', { sample: 1 })
  assert.deepEqual(
    steps.map(({ operator, rowCount, columns }) => [operator, rowCount, columns.length]),
    [['Events', 3, 2], ['where Name != "noon"', 2, 2], ['project Name', 2, 1], ['count', 1, 1]],
  ) // prettier-ignore
  assert.equal(steps[0]?.rows.length, 1)
})

const REFUSALS: readonly { name: string; text: string; code: string; at: string }[] = [
  { name: 'an operator', text: 'Events | reduce by Name', code: 'kql/unsupported', at: 'reduce by Name' },
  { name: 'reading the outside', text: 'externaldata(x:string)["https://example.com/x.csv"]', code: 'kql/unsupported', at: 'externaldata(x:string)["https://example.com/x.csv"]' },
  { name: 'an unknown table', text: 'Nope | count', code: 'kql/unknown-table', at: 'Nope' },
  { name: 'inside a let function', text: 'let f = (s:string) { hash_many(s, s) }; print f("1.1.1.1")', code: 'kql/unsupported', at: 'hash_many' },
] // prettier-ignore

for (const { name, text, code, at: where } of REFUSALS) {
  test(`refused with its place: ${name}`, async () => {
    await assert.rejects(engine.query(text), (error) => {
      assert.ok(error instanceof KqlError)
      assert.equal(error.code, code)
      const { offset = 0, length = 0 } = error.position ?? {}
      assert.equal(text.slice(offset, offset + length), where)
      return true
    })
  })
}

test('a refusal that only the data shows is a refusal all the same', async () => {
  await assert.rejects(engine.query('print s = "a=1 and more" | parse s with "a=" a " and"'), {
    code: 'kql/unsupported',
  })
})

test('text of the query never becomes SQL', async () => {
  const hostile = `'); DROP TABLE Events; --`
  const table = await engine.query(`print x = ${JSON.stringify(hostile)}, ['a" from b'] = 1`)
  assert.deepEqual(plainRows(table), [[hostile, 1]])
  assert.deepEqual(plainRows(await engine.query('Events | count')), [[3]])
  const others = [
    `'`,
    `''`,
    `\\'`,
    '$1',
    '\u0000',
    `a\u0000'; DROP TABLE Events; --`,
    '-- x\n/* ',
    '\u2019\uff07',
    `${"'".repeat(20_000)}x`,
  ]
  for (const text of others) {
    const query = `print x = ${JSON.stringify(text)}, y = strlen(${JSON.stringify(text)}), z = ${JSON.stringify(text)} == "q"`
    assert.deepEqual(plainRows(await engine.query(query)), [[text, text.length, false]], text.slice(0, 40))
  }
  assert.deepEqual(plainRows(await engine.query('Events | count')), [[3]])
})

test('a column that stands twice, or in which no row has a value, need not come from DuckDB', async () => {
  const text = 'Events | extend Empty = "", None = long(null) | project Name, Empty, Again = Name, None, Name2 = Name'
  const found = await engine.query(`${text} | sort by Name asc | take 1`)
  assert.deepEqual(plainRows(found), [['end', '', 'end', null, 'end']])
})

test('the session reaches no file and keeps its settings', async () => {
  await assert.rejects(engine.connection.run("SELECT * FROM read_text('/etc/passwd')"), /Permission Error/)
  await assert.rejects(engine.connection.run('SET enable_external_access = true'), /locked|Cannot/)
})

test('an aborted query stops at once and leaves the engine usable', async () => {
  const controller = new AbortController()
  const running = engine.query(
    'range x from 1 to 100000000 step 1 | summarize dcount(tostring(x))',
    {},
    controller.signal,
  )
  controller.abort()
  await assert.rejects(running, { name: 'AbortError' })
  assert.deepEqual(plainRows(await engine.query('Events | count')), [[3]])
})

test('a term ends where no letter or digit of any script goes on, in rows of ASCII and in others', async () => {
  const rows = [
    'NOON',
    'a-noon.',
    'xnoon',
    'noon1',
    'at noon é',
    '—noon—',
    'énoon',
    'noonø',
    'noon٣',
    'Ünoon noon',
    'über',
    '',
  ]
  const table = `datatable(v:string)[${rows.map((row) => JSON.stringify(row)).join(', ')}]`
  const found = async (test: string): Promise<unknown[]> =>
    plainRows(await engine.query(`${table} | where ${test} | project v`)).map(([value]) => value)
  const whole = ['NOON', 'a-noon.', 'at noon é', '—noon—', 'Ünoon noon']
  const rest = (some: readonly string[]): string[] => rows.filter((row) => !some.includes(row))
  assert.deepEqual(await found('v has "noon"'), whole)
  assert.deepEqual(await found('v !has "noon"'), rest(whole))
  assert.deepEqual(await found('v has_cs "noon"'), whole.slice(1))
  assert.deepEqual(await found('v has_any ("noon", "dusk", "dawn")'), whole)
  assert.deepEqual(await found('not(v has_any ("noon", "dusk", "dawn"))'), rest(whole))
  assert.deepEqual(await found('v hasprefix "noo"'), ['NOON', 'a-noon.', 'noon1', 'at noon é', '—noon—', 'noonø', 'noon٣', 'Ünoon noon']) // prettier-ignore
  assert.deepEqual(await found('v hassuffix "oon"'), ['NOON', 'a-noon.', 'xnoon', 'at noon é', '—noon—', 'énoon', 'Ünoon noon']) // prettier-ignore
  assert.deepEqual(await found('v has "über"'), ['über'])
  // Where a needle begins and ends with what belongs to no term, it may stand anywhere.
  assert.deepEqual(await found('v has " "'), ['at noon é', 'Ünoon noon'])
  assert.deepEqual(await found('v has "-noon."'), ['a-noon.'])
  assert.deepEqual(await found('v hasprefix "-NOO"'), ['a-noon.'])
  assert.deepEqual(await found('v has "-noo"'), [])
  assert.deepEqual(await found('v !has_cs "-"'), rest(['a-noon.']))
})

test('explain prints IR and SQL', async () => {
  const text = 'Events | where Name has "noon" | summarize n = count() by Name'
  assert.equal(
    await engine.explain(text, 'ir'),
    [
      'result (Name#3: string, n#4: long)',
      'aggregate n#4 = count(): long by Name#3 = Name#2',
      '  filter has(Name#2, string("noon")): bool',
      '    scan Events (Name#2)',
    ].join('\n'),
  )
  assert.equal(
    await engine.explain(text, 'sql'),
    [
      'SELECT "Name#3" AS "c0", "n#4" AS "c1" FROM (',
      '  SELECT "Name#2" AS "Name#3", count(*) AS "n#4" FROM (',
      '    SELECT "Name" AS "Name#2" FROM "Events" AS "t") AS "t1" WHERE (contains(lower("Name#2"), \'noon\'::VARCHAR) AND (CASE WHEN (strlen("Name#2") = length("Name#2")) THEN regexp_matches("Name#2", \'(?i)(?s)(?:^|[^A-Za-z0-9])noon(?:$|[^A-Za-z0-9])\'::VARCHAR) ELSE kql_has_both("Name#2", \'noon\'::VARCHAR) END)) GROUP BY "Name#2") AS "t2"',
    ].join('\n'),
  )
  assert.equal(await engine.explain('print a = "x\\0y"', 'sql'), 'SELECT "a#1" AS "c0" FROM (\n  SELECT $1::VARCHAR AS "a#1" FROM (\n    SELECT true AS "unit1") AS "t2") AS "t3"\n-- $1 = "x\\u0000y"') // prettier-ignore
})

test('a filter on time reaches the scan as a plain comparison', async () => {
  const sql = await engine.explain('Events | where TimeGenerated == datetime(2026-03-01)', 'sql')
  assert.match(sql, /WHERE \("TimeGenerated#1" = 639079200000000000::BIGINT\)/)
})

test('window functions inside expressions become columns of their own', async () => {
  const text =
    'datatable(g:string, x:long)["a",1, "a",2, "b",5] | sort by g asc, x asc | extend n = row_number(1, g != prev(g)), d = x - prev(x)'
  assert.deepEqual(plainRows(await engine.query(text)), [['a', 1, 1, null], ['a', 2, 2, 1], ['b', 5, 1, 3]]) // prettier-ignore
})

test('a trace has the place of each operator, and goes into the let that the query begins with', async () => {
  const text = 'let noon = Events\n| where Name == "noon";\nnoon | where Name == "x"\n| count'
  const steps = await engine.trace(text, { sample: 0 })
  assert.deepEqual(
    steps.map(({ operator, position: { offset, length }, rowCount, rows }) => [operator, text.slice(offset, offset + length), rowCount, rows.length]), // prettier-ignore
    [
      ['Events', 'Events', 3, 0],
      ['where Name == "noon"', 'where Name == "noon"', 1, 0],
      ['where Name == "x"', 'where Name == "x"', 0, 0],
      ['count', 'count', 1, 0],
    ],
  )
})

test('a trace behind columns that the data had to say has its places in the text as it was given', async () => {
  const text = 'print d = dynamic({"a": 1})\n| evaluate bag_unpack(d)\n| where a == 2'
  const steps = await engine.trace(text)
  assert.deepEqual(
    steps.map(({ position: { offset, length }, rowCount }) => [text.slice(offset, offset + length), rowCount]),
    [['print d = dynamic({"a": 1})', 1], ['evaluate bag_unpack(d)', 1], ['where a == 2', 0]],
  ) // prettier-ignore
})

test('what fails while it runs has the place of the operator that fails', async () => {
  const text = 'datatable(r: real)[1e308, -1e308]\n| extend s = r\n| summarize x = stdevp(s)\n| project x'
  await assert.rejects(engine.query(text), (error) => {
    assert.ok(error instanceof KqlError && error.position !== undefined)
    const { offset, length } = error.position
    assert.equal(text.slice(offset, offset + length), 'summarize x = stdevp(s)')
    assert.match(error.message, /in the operator: summarize x = stdevp\(s\)/)
    return true
  })
})

test('DuckDB says how it runs a query, and how long each step took', async () => {
  assert.match(await engine.plan('Events | summarize count() by Name'), /HASH_GROUP_BY/)
  const measured = await engine.plan('Events | summarize count() by Name', { measured: true })
  assert.match(measured, /Total Time/)
  assert.doesNotMatch(measured, /SELECT/)
})

test('a table whose name is no word stands in brackets and quotes', async () => {
  await addTable(engine, 'my table', [{ name: 'a', type: 'long' }], ['(1)'])
  assert.deepEqual(plainRows(await engine.query("['my table'] | project a")), [[1]])
  assert.deepEqual(plainRows(await engine.query('union ["my table"] | count')), [[1]])
})

test('find packs the columns that its condition does not name and that not all tables have', async () => {
  const found = await engine.query("find in (Events, Lookup) where Name in ('start', 'noon')")
  assert.deepEqual(found.columns.map(({ name }) => name), ['source_', 'Name', 'pack_']) // prettier-ignore
  const rows = plainRows(found).map(([source, name, bag]) => [source, name, Object.keys(JSON.parse(String(bag)) as object)]) // prettier-ignore
  assert.deepEqual(rows.sort(), [
    ['Events', 'noon', ['TimeGenerated']],
    ['Events', 'start', ['TimeGenerated']],
    ['Lookup', 'start', []],
  ])
})

test('find packs as its page writes it, and project-smart says what stands there without', async () => {
  const where = "find in (Events, Lookup) where Name in ('start', 'noon')"
  for (const [one, other] of [
    [`${where} project pack_all ( ) | extend all = pack_all()`, `${where} project pack(*) | extend all = pack_all()`],
    [`${where} project-smart`, where],
  ] as const) {
    const [answer, same] = [await engine.query(one), await engine.query(other)]
    assert.deepEqual(answer.columns, same.columns)
    assert.deepEqual(plainRows(answer), plainRows(same))
  }
})

test('elements of a row stay together and in their order behind mv-apply, whichever order the rows of a table come in', async () => {
  await addTable(engine, 'Lists', [{ name: 'd', type: 'dynamic' }], ["('[3,1,2]')", "('[5,9,4]')"])
  const rows = async (pipeline: string) => plainRows(await engine.query(`Lists | ${pipeline}`))
  const [first, second] = ['[3,1,2]', '[5,9,4]']
  const unsorted = await rows(
    'extend k = tostring(d) | mv-apply x = d to typeof(long) on (extend y = x) | summarize make_list(y) by k',
  )
  assert.deepEqual(new Map(unsorted as [string, string][]), new Map([[first, first], [second, second]])) // prettier-ignore
  const sorted = await rows('mv-apply x = d to typeof(long) on (sort by x desc) | project x')
  assert.deepEqual(sorted.flat(), [3, 2, 1, 9, 5, 4])
})

test('find packs all columns where it projects nothing else', async () => {
  const found = await engine.query("find in (Events, Lookup) where Name == 'noon' project pack(*)")
  assert.deepEqual(found.columns.map(({ name }) => name), ['source_', 'pack_']) // prettier-ignore
  const rows = plainRows(found).map(([source, bag]) => [source, Object.keys(JSON.parse(String(bag)) as object)])
  assert.deepEqual(rows, [['Events', ['TimeGenerated', 'Name']]])
  await addTable(engine, 'Leftout', [{ name: 'w', type: 'string' }, { name: 'n', type: 'long' }], ["('x', 1)"]) // prettier-ignore
  const beside = await engine.query("find in (Events, Leftout) where Name == 'noon' project Name, w, n")
  assert.deepEqual(plainRows(beside), [['Events', 'noon', '', null]])
  const query = "find in (Events, Lookup) where Name == 'noon' project Name, pack(*)"
  await addTable(engine, 'Packs', [{ name: 'pack_', type: 'long' }], ['(7)'])
  assert.deepEqual(plainRows(await engine.query('find in (Packs) where pack_ == 7 project pack_')), [['Packs', 7]])
  await assert.rejects(engine.query(query), /does not support find with pack\(\*\) behind other columns/)
})

test('decimals of parse_version() meet each other, and null, but no other decimals', async () => {
  const version = (text: string): string => `parse_version("${text}")`
  const allowed = [
    `print x = max_of(${version('1.9')}, ${version('1.10')}) == ${version('1.10')}`,
    `print x = isnull(iff(1 == 1, decimal(null), ${version('1')}))`,
    `print a = ${version('1')} | union (print a = ${version('1')}) | summarize x = dcount(a) == 1`,
    `print a = ${version('1')} | where a in ((print ${version('1')})) | project x = true`,
    `print a = ${version('0.0.0.2')} | project x = a == decimal(2) and a in (decimal(1.5), decimal(2))`,
  ]
  for (const query of allowed) assert.deepEqual(plainRows(await engine.query(query)), [[true]], query)
  const refused = [
    `print max_of(${version('1')}, decimal(1.5))`,
    `print iff(1 == 1, decimal(1.5), ${version('1')})`,
    `print coalesce(decimal(null), ${version('1')}, decimal(1.5))`,
    `print a = ${version('1')} | union (print a = decimal(1.5))`,
    `let v = materialize(print a = ${version('1')}); v | summarize a = max(a) | union v, (print a = decimal(1.5))`,
    `print a = decimal(1.5) | where a in ((print ${version('0.0.0.2')}))`,
    `print a = ${version('1')} | serialize | project prev(a, 1, decimal(0.5))`,
    `print coalesce(toscalar(print ${version('1')}), decimal(1.5))`,
  ]
  for (const query of refused) {
    await assert.rejects(engine.query(query), /does not support a decimal beside one of parse_version\(\)/, query)
  }
})

test('find goes without the tables that have none of the columns that it names', async () => {
  const found = await engine.query('find in (Events, Lookup) where not(TimeGenerated > now()) project Name | count')
  assert.deepEqual(plainRows(found), [[3]])
})

test('datetime() is the time of the query', async () => {
  assert.deepEqual(plainRows(await engine.query('print datetime() == now(), datetime(now) == now()')), [[true, true]])
})

test('has_any and has_all of a computed list find in all rows what has finds', async () => {
  const texts = ['cmd /c WHOAMI', 'cmdlet a.b', 'x a.bc -enc- y', '-encoded', 'ÜBER straße', 'über', 'strasse', '', '...', 'a_b', '12 3.4', 'İx'] // prettier-ignore
  const needles = ['whoami', 'a.b', '-enc', 'enc-', '..', '_', 'Über', 'STRASSE', 'straße', '3', 'i', 'c whoami', '']
  const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(',')
  for (const wanted of [needles, needles.slice(0, -1), ['a', 'B'], ['-', '.']]) {
    const list = `toscalar(datatable(n:string)[${quoted(wanted)}] | summarize make_list(n))`
    const tests = wanted.map((needle) => `s has ${JSON.stringify(needle)}`)
    const query = `let L = ${list}; datatable(s:string)[${quoted(texts)}] | project s, (s has_any (L)) == (${tests.join(' or ')}), (s has_all (L)) == (${tests.join(' and ')})`
    assert.deepEqual(plainRows(await engine.query(query)), texts.map((text) => [text, true, true])) // prettier-ignore
  }
})

test('has_any takes thousands of needles', async () => {
  const needles = Array.from({ length: 3_000 }, (_, index) => `"host${index}.example.com"`).join(', ')
  const text = `datatable(s: string)["at host2999.example.com!", "at host3000.example.com", "xhost1.example.com"] | where s has_any (${needles}) | count`
  assert.deepEqual(plainRows(await engine.query(text)), [[1]])
})

const VARIABLES = { _startTime: DAY.start, _endTime: DAY.end, _queryPeriod: days(1), _queryFrequency: hours(1) }

test('a query may name the window and the times of its run; a name that it defines itself is its own', async () => {
  const rows = async (query: string) => plainRows(await engine.query(query, { variables: VARIABLES }))
  assert.deepEqual(await rows('Events | where TimeGenerated between (_startTime .. (_endTime - 1s)) | count'), [[2]])
  assert.deepEqual(await rows('print a = _endTime - _startTime == _queryPeriod, b = _queryPeriod / _queryFrequency'), [
    [true, 24],
  ])
  assert.deepEqual(await rows('let n = _endTime; Events | where TimeGenerated >= n | project Name'), [['end']])
  assert.deepEqual(await rows('let _endTime = 5; print _endTime'), [[5]])
  assert.deepEqual(await rows('let f = (_endTime: long) { _endTime + 1 }; print f(1)'), [[2]])
  assert.deepEqual(await rows('print "_startTime" // _endTime'), [['_startTime']])
})

test('without a window such a name has no value, and a fault behind it keeps its place', async () => {
  const fails = async (query: string, variables = {}) => {
    const error = await engine.query(query, { variables }).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof KqlError, String(error))
    return error
  }
  const unbound = await fails('print _startTime')
  assert.deepEqual(
    [unbound.position, unbound.hint],
    [{ offset: 6, length: 10 }, 'it has a value only where a rule runs over a window'],
  )
  const query = 'Events | where TimeGenerated > _startTime and Nme == "x"'
  const { position } = await fails(query, VARIABLES)
  assert.deepEqual(position, { offset: query.indexOf('Nme'), length: 3 })
})

test('names of the run are known to who only analyzes, with their types', async () => {
  const schema = { tables: new Map(), functions: new Map() }
  const known = await analyze('print _startTime, _endTime, _queryPeriod, _queryFrequency', schema)
  assert.deepEqual(known.diagnostics, [])
  assert.deepEqual(
    known.columns?.map(({ type }) => type),
    ['datetime', 'datetime', 'timespan', 'timespan'],
  )
  const { diagnostics } = await analyze('print strlen(_queryPeriod)', schema)
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['type-mismatch'],
  )
})

test('a let may hide the table that it reads: to the right of its name, and before it, the name is the table', async () => {
  const narrowed = 'let Events = Events | where Name != "noon"; Events | count'
  assert.deepEqual(plainRows(await engine.query(narrowed)), [[2]])
  const before =
    'let all = Events; let Events = Events | take 1; union (all | count), (Events | count) | order by Count asc'
  assert.deepEqual(plainRows(await engine.query(before)), [[1], [3]])
  assert.deepEqual(
    (await engine.trace(narrowed, { sample: 0 })).map(({ operator, rowCount }) => [operator, rowCount]),
    [
      ['Events', 3],
      ['where Name != "noon"', 2],
      ['count', 1],
    ],
  )
})

test('search over a column of several types splits it, as a union does', async () => {
  const engine = await openTestEngine()
  try {
    await addTable(engine, 'A', [{ name: 'Id', type: 'string' }, { name: 'Ip', type: 'string' }], ["('x', '10.0.0.1')"]) // prettier-ignore
    await addTable(
      engine,
      'B',
      [
        { name: 'Id', type: 'long' },
        { name: 'Ip', type: 'string' },
      ],
      ["(7, '10.0.0.1')"],
    )
    const { columns, rows } = await engine.query('search in (A, B) Ip == "10.0.0.1" | sort by $table asc')
    assert.deepEqual(
      columns.map(({ name, type }) => `${name}:${type}`),
      ['$table:string', 'Id_string:string', 'Id_long:long', 'Ip:string'],
    )
    assert.deepEqual(
      [...rows],
      [
        ['A', 'x', null, '10.0.0.1'],
        ['B', '', 7n, '10.0.0.1'],
      ],
    )
  } finally {
    engine.close()
  }
})

test('a member of a bag that is named like a table is a column, with and without rows', async () => {
  const bags = 'datatable(d:dynamic)[dynamic({"Lookup": "x", "Events": 2}), dynamic({"Lookup": "y", "Events": 3})]'
  const query = (where: string): string =>
    `${bags} | where ${where} | evaluate bag_unpack(d) | where Lookup == "x" | summarize n = sum(tolong(Events)) by Lookup = tostring(Lookup)`
  assert.deepEqual(plainRows(await engine.query(query('true'))), [['x', 2]])
  assert.deepEqual(plainRows(await engine.query(query('false'))), [])
})
