import assert from 'node:assert/strict'
import { DuckDBInstance } from '@duckdb/node-api'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { tempFolder } from '../../../support/temp-folder.ts'
import { columns, load, loadFiles, types, type Files } from './support.ts'

const ACTIVITY = {
  name: 'AzureActivity',
  columns: columns('TimeGenerated:datetime Caller Count:long Details:dynamic Level Type'),
}

const FIRST = 639_080_424_001_234_567n
const EXPECTED = [
  {
    TimeGenerated: FIRST,
    Caller: 'ann',
    Count: 9_007_199_254_740_993n,
    Details: '{"a":[1]}',
    Level: '',
    Type: 'AzureActivity',
  },
  { TimeGenerated: FIRST + 10_000_000n, Caller: '', Count: null, Details: null, Level: '', Type: 'AzureActivity' },
]

const NDJSON =
  '{"TimeGenerated":"2026-03-02T10:00:00.1234567Z","Caller":"ann","Count":9007199254740993,"Details":{"a": [1]}}\n' +
  '{"TimeGenerated":"2026-03-02T10:00:01.1234567Z","Caller":null,"Details":null}\n'
const OBJECTS = NDJSON.trim().split('\n')
const CSV =
  'TimeGenerated,Caller,Count,Details\r\n' +
  '2026-03-02T10:00:00.1234567Z,ann,9007199254740993,"{""a"": [1]}"\r\n' +
  '2026-03-02T10:00:01.1234567Z,,,\r\n'

const REPLY = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Caller","type":"string"},
  {"name":"Count","type":"long"},{"name":"Details","type":"dynamic"}],"rows":[["2026-03-02T10:00:00.1234567Z","ann",9007199254740993,"{\\"a\\": [1]}"],
  ["2026-03-02T10:00:01.1234567Z","",null,null]]}]}`

test('the same rows from every format', async (t) => {
  const cases: Readonly<Record<string, Files>> = {
    ndjson: { 'AzureActivity.ndjson': NDJSON },
    'ndjson with CRLF, blank lines and no last line end': {
      'AzureActivity.ndjson': `\r\n${OBJECTS.join('\r\n\r\n')}`,
    },
    'ndjson with a byte order mark': { 'AzureActivity.ndjson': `\uFEFF${NDJSON}` },
    jsonl: { 'AzureActivity.jsonl': NDJSON },
    'json, one object a line': { 'AzureActivity.json': NDJSON },
    'json, a list': { 'AzureActivity.json': `\uFEFF \n[${OBJECTS.join(',\n')}]` },
    'json, objects over several lines': { 'AzureActivity.json': NDJSON.replaceAll(',"', ',\n  "') },
    'json, an answer of the query API': { 'AzureActivity.json': REPLY },
    csv: { 'AzureActivity.csv': CSV },
    'csv with a byte order mark and LF': { 'AzureActivity.csv': `\uFEFF${CSV.replaceAll('\r\n', '\n')}` },
    'csv as the portal exports it': {
      'AzureActivity.csv':
        '\uFEFF$table,TimeGenerated [UTC],Caller,Count,Details_dynamic,Details_string\r\n' +
        'AzureActivity,2026-03-02T10:00:00.1234567Z,ann,9007199254740993,"{""a"": [1]}",\r\n' +
        'AzureActivity,2026-03-02T10:00:01.1234567Z,,,,\r\n',
    },
    'ndjson.gz': { 'AzureActivity.ndjson.gz': gzipSync(NDJSON) },
    'ndjson.gz with a byte order mark': { 'AzureActivity.ndjson.gz': gzipSync(`\uFEFF${NDJSON}`) },
    'ndjson.gz of two archives': {
      'AzureActivity.ndjson.gz': Buffer.concat(OBJECTS.map((object) => gzipSync(`${object}\n`))),
    },
    'csv.gz': { 'AzureActivity.csv.gz': gzipSync(CSV) },
    'json.gz': { 'AzureActivity.json.gz': gzipSync(`[${OBJECTS.join(',')}]`) },
    'another spelling of the name': { 'azureactivity.NDJSON': NDJSON },
    'several files': {
      'AzureActivity.1.ndjson': `${OBJECTS[0]}\n`,
      'AzureActivity.2.ndjson.gz': gzipSync(`${OBJECTS[1]}`),
    },
    'several formats': {
      'AzureActivity.1.csv': CSV.split('\r\n').slice(0, 2).join('\n'),
      'azureActivity.2.ndjson': OBJECTS[1] ?? '',
    },
    'a folder of files': {
      'AzureActivity/2026/03/01.ndjson': OBJECTS[0] ?? '',
      'AzureActivity/2026/03/02.json': OBJECTS[1] ?? '',
    },
  }
  for (const [name, files] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      assert.deepEqual((await loadFiles(t, files, 'AzureActivity', { schema: ACTIVITY })).rows, EXPECTED)
    })
  }
  await t.test('rows as objects', async () => {
    const rows = [
      {
        TimeGenerated: '2026-03-02T10:00:00.1234567Z',
        Caller: 'ann',
        Count: 9_007_199_254_740_993n,
        Details: { a: [1] },
      },
      { TimeGenerated: '2026-03-02T10:00:01.1234567Z' },
    ]
    const source = { name: 'AzureActivity', parts: [{ kind: 'rows', label: 'test', rows } as const] }
    assert.deepEqual((await load(source, { schema: ACTIVITY })).rows, EXPECTED)
  })
  await t.test('parquet', async (t) => {
    const file = await parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02 10:00:00.123456' AS "TimeGenerated", 'ann' AS "Caller", 9007199254740993::BIGINT AS "Count", {'a': [1]} AS "Details"
       UNION ALL SELECT TIMESTAMP '2026-03-02 10:00:01.123456', NULL, NULL, NULL`,
    )
    for (const files of [{ 'AzureActivity.parquet': file }, { 'AzureActivity.parquet.gz': gzipSync(file) }]) {
      const { rows } = await loadFiles(t, files, 'AzureActivity', { schema: ACTIVITY })
      // A Parquet TIMESTAMP ends at microseconds.
      assert.deepEqual(
        rows,
        EXPECTED.map((row) => ({ ...row, TimeGenerated: row.TimeGenerated - 7n })),
      )
    }
  })
})

async function parquet(t: TestContext, query: string): Promise<Buffer> {
  const path = join(tempFolder(t), 'made.parquet')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  return readFile(path)
}

test('types of Parquet columns', async (t) => {
  const file = await parquet(
    t,
    `SELECT TIMESTAMP_NS '2026-03-02 10:00:00.123456789' AS ns, TIMESTAMPTZ '2026-03-02 10:00:00+02' AS tz, DATE '2026-03-02' AS day,
       5::INTEGER AS i, 5::UINTEGER AS u, 1.5::FLOAT AS f, 1.5::DECIMAL(9,2) AS d, true AS b, INTERVAL '90 seconds' AS span,
       uuid '11111111-2222-3333-4444-555555555555' AS g, [1, 2] AS list, 'x' AS s, '{"a": 1}' AS json, 1740909600 AS epoch`,
  )
  const { rows, ...table } = await loadFiles(t, { 'T.parquet': file }, 'T', {
    schema: { name: 'T', columns: columns('json:dynamic day') },
  })
  assert.deepEqual(types(table), {
    json: 'dynamic',
    day: 'string',
    ns: 'datetime',
    tz: 'datetime',
    i: 'int',
    u: 'long',
    f: 'real',
    d: 'decimal',
    b: 'bool',
    span: 'timespan',
    g: 'guid',
    list: 'dynamic',
    s: 'string',
    epoch: 'int',
  })
  const { ns, tz, day, span, list, json, u } = rows[0] ?? {}
  assert.deepEqual(
    { ns, tz, day, span, list, json, u },
    {
      ns: FIRST,
      tz: 639_080_352_000_000_000n,
      day: '2026-03-02T00:00:00.0000000Z',
      span: 900_000_000n,
      list: '[1,2]',
      json: '{"a":1}',
      u: 5n,
    },
  )
  await assert.rejects(
    loadFiles(t, { 'T.parquet': file }, 'T', { schema: { name: 'T', columns: columns('epoch:datetime') } }),
    {
      code: 'local/bad-value',
      message: /T\.parquet, record 1: epoch is "1740909600", which is no datetime/,
    },
  )
})

test('nested values of Parquet files hold what Kusto writes into a dynamic', async (t) => {
  const file = await parquet(
    t,
    `SELECT {'at': TIMESTAMP '2026-03-02 10:00:00.5', 'a "b", c': [DATE '2026-03-02', NULL], 'deep': {'r': 'nan'::DOUBLE, 'n': 1}, 'none': NULL::DATE} AS bag,
       [TIMESTAMP '2026-03-02', '9999-12-31 23:59:59'] AS times, [1.5::FLOAT, 0.1::FLOAT, '-inf'::FLOAT] AS reals,
       MAP {'k': TIMESTAMPTZ '2026-03-02 10:00:00+02'} AS pairs, 'nan'::DOUBLE AS share, [{'n': 1}] AS plain, TIMESTAMP '9999-12-31' AS never
     UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, TIMESTAMP '0001-01-01'`,
  )
  for (const files of [{ 'T.parquet': file }, { 'T.parquet.gz': gzipSync(file) }]) {
    const { rows } = await loadFiles(t, files, 'T', {
      schema: { name: 'T', columns: columns('share:dynamic never times:string') },
    })
    assert.deepEqual(rows, [
      {
        share: '"NaN"',
        never: '9999-12-31T00:00:00.0000000Z',
        times: '["2026-03-02T00:00:00.0000000Z","9999-12-31T23:59:59.0000000Z"]',
        bag: '{"at":"2026-03-02T10:00:00.5000000Z","a \\"b\\", c":["2026-03-02T00:00:00.0000000Z",null],"deep":{"r":"NaN","n":1},"none":null}',
        reals: '[1.5,0.1,"-inf"]',
        pairs: '{"k":"2026-03-02T08:00:00.0000000Z"}',
        plain: '[{"n":1}]',
      },
      {
        share: null,
        never: '0001-01-01T00:00:00.0000000Z',
        times: '',
        bag: null,
        reals: null,
        pairs: null,
        plain: null,
      },
    ])
  }
})

test('types of columns that no schema has', async (t) => {
  const cases: Readonly<Record<string, readonly [values: readonly string[], type: string]>> = {
    'whole numbers': [['1', '-2', 'null'], 'long'],
    'numbers, some with fractions': [['1', '2.5'], 'real'],
    'whole numbers beyond a long': [['1', '18446744073709551615'], 'decimal'],
    'whole numbers beyond a long, and fractions': [['1.5', '18446744073709551615'], 'real'],
    'numbers beyond a decimal': [['1', `1${'0'.repeat(25)}`], 'real'],
    bools: [['true', 'false'], 'bool'],
    times: [['"2026-03-02T10:00:00Z"', '"3/1/2026, 10:00:00 AM"'], 'datetime'],
    'times, one of which is none': [['"2026-03-02T10:00:00Z"', '"2026-02-30T10:00:00Z"'], 'string'],
    'days are text': [['"2026-03-02"'], 'string'],
    'text of digits stays text': [['"123"', '"4"'], 'string'],
    objects: [['{"a":1}', '[2]', 'null'], 'dynamic'],
    'objects and text': [['{"a":1}', '"x"'], 'dynamic'],
    'numbers and text': [['1', '"x"'], 'string'],
    'bools and numbers': [['true', '1'], 'string'],
    nothing: [['null', '""'], 'string'],
  }
  for (const [name, [values, type]] of Object.entries(cases)) {
    await t.test(`JSON: ${name}`, async (t) => {
      const lines = values.map((value) => `{"C":${value}}`).join('\n')
      assert.equal(types(await loadFiles(t, { 'T.ndjson': lines }, 'T'))['C'], type)
    })
  }
  const csv: Readonly<Record<string, readonly [values: readonly string[], type: string]>> = {
    'whole numbers': [['1', '-2', '""'], 'long'],
    'leading zeros mean text': [['007', '1'], 'string'],
    fractions: [['1', '2.5e3'], 'real'],
    bools: [['true', 'False'], 'bool'],
    times: [['"3/1/2026, 10:00:00.123 AM"', '2026-03-01 10:00:00'], 'datetime'],
    objects: [['"{""a"":1}"', '[]'], 'dynamic'],
    'objects and text': [['"{""a"":1}"', 'x'], 'dynamic'],
    text: [['1', 'x'], 'string'],
  }
  for (const [name, [values, type]] of Object.entries(csv)) {
    await t.test(`CSV: ${name}`, async (t) => {
      assert.equal(
        types(await loadFiles(t, { 'T.csv': ['C,D', ...values.map((value) => `${value},`)].join('\n') }, 'T'))['C'],
        type,
      )
    })
  }
  await t.test('two files settle on one type', async (t) => {
    const loaded = await loadFiles(t, { 'T.1.ndjson': '{"C":1}', 'T.2.ndjson': '{"C":"x"}' }, 'T')
    assert.deepEqual(loaded.rows, [{ C: '1' }, { C: 'x' }])
  })
  await t.test('the last row counts as much as the first', async (t) => {
    const lines = [...Array.from({ length: 5000 }, (_, index) => `{"C":${index}}`), '{"C":0.5,"Late":true}'].join('\n')
    assert.deepEqual(types(await loadFiles(t, { 'T.ndjson': lines }, 'T')), { C: 'real', Late: 'bool' })
  })
  await t.test('endings of classic custom tables', async (t) => {
    const line = '{"Id_s":"2026-03-02T10:00:00Z","N_d":1,"Flag_b":null,"At_t":"","Odd_d":"x"}'
    assert.deepEqual(types(await loadFiles(t, { 'My_CL.ndjson': line }, 'My_CL')), {
      Id_s: 'string',
      N_d: 'real',
      Flag_b: 'bool',
      At_t: 'datetime',
      Odd_d: 'string',
    })
  })
})

test('names of columns', async (t) => {
  const schema = {
    name: 'T',
    columns: columns('TimeGenerated:datetime clientIP_s clientIp_s Status:dynamic LogonId:long'),
  }
  await t.test("the schema's spelling wins", async (t) => {
    const { rows } = await loadFiles(
      t,
      { 'T.ndjson': '{"timegenerated":"2026-03-02T10:00:00.1234567Z","LOGONID":5}' },
      'T',
      { schema },
    )
    assert.deepEqual([rows[0]?.['TimeGenerated'], rows[0]?.['LogonId']], [FIRST, 5n])
  })
  await t.test('names that differ by case stay apart', async (t) => {
    const { rows, stored } = await loadFiles(
      t,
      { 'T.ndjson': '{"clientIp_s":"b","clientIP_s":"a","x":1,"X":2}' },
      'T',
      { schema },
    )
    assert.deepEqual(
      stored.columns.map(({ storageName, name }) => storageName ?? name),
      ['TimeGenerated', 'clientIP_s', 'clientIp_s~2', 'Status', 'LogonId', 'x', 'X~2'],
    )
    const { clientIP_s, clientIp_s, x, X } = rows[0] ?? {}
    assert.deepEqual([clientIP_s, clientIp_s, x, X], ['a', 'b', 1n, 2n])
  })
  await t.test('a name with NUL, in every kind of file', async (t) => {
    const record = '{"a\\u0000b":"it\'s \\u0000","c":1}'
    const files = { 'T/1.ndjson': record, 'T/2.json': `[${record}]`, 'T/3.csv': "a\0b,c\nit's \0,1\n" }
    const { rows } = await loadFiles(t, files, 'T')
    assert.deepEqual(
      rows.map(({ a_b, c }) => [a_b, c]),
      Array(3).fill(["it's \0", 1n]),
    )
  })
  await t.test('no name means anything to the reader', async (t) => {
    const record = {
      json: 'a',
      record: 'b',
      filename: 'c',
      columns: 'd',
      'it\'s "it"': 'e',
      'x: INT, y': 'f',
      day: 'g',
    }
    // As Hive names its partitions.
    const files = { 'T/day=9/part.ndjson': `${JSON.stringify(record)}\n{"day":"h"}\n` }
    const { rows, stored } = await loadFiles(t, files, 'T')
    const names = stored.columns.map(({ name }) => name).filter((name) => name in record)
    assert.deepEqual(names.sort(), Object.keys(record).sort())
    assert.deepEqual(
      rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
      [record, { ...Object.fromEntries(names.map((name) => [name, ''])), day: 'h' }],
    )
  })
  await t.test('a typed twin fills the column that the schema knows', async (t) => {
    const text = 'Status_dynamic,Status_string\n"{""errorCode"":0}",\n,Other\n'
    const { rows, ...table } = await loadFiles(t, { 'T.csv': text }, 'T', { schema })
    assert.deepEqual(
      rows.map(({ Status }) => Status),
      ['{"errorCode":0}', '"Other"'],
    )
    assert.equal(types(table)['Status_string'], undefined)
  })
  await t.test('odd names', async (t) => {
    const { rows } = await loadFiles(
      t,
      { 'T.ndjson': `{"it's":1,"a.b":2,"q\\"x":3,"":4,"a/~b":5,"Ünï":6,"a\\nb":7}` },
      'T',
    )
    assert.deepEqual(rows, [{ "it's": 1n, 'a.b': 2n, 'q"x': 3n, Column4: 4n, 'a/~b': 5n, Ünï: 6n, a_b: 7n }])
  })
  await t.test('a CSV column without a name gets one', async (t) => {
    assert.deepEqual((await loadFiles(t, { 'T.csv': ',A\n7,x\n' }, 'T')).rows, [{ Column1: 7n, A: 'x' }])
  })
})

test('half a surrogate pair costs one character, and not the table', async (t) => {
  const first = '{"A":"é\\ud800b","D":{"k\\udfff":"\\ud83d\\ude00 \\\\ud800 \\\\\\udbff\\u0041"}}'
  const second = '{"A":"c","D":null}'
  const read = [
    { A: 'é\ufffdb', D: '{"k\ufffd":"\u{1f600} \\\\ud800 \\\\\ufffdA"}' },
    { A: 'c', D: null },
  ]
  const reply = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"A","type":"string"},{"name":"D","type":"dynamic"}],"rows":[["é\\ud800b",null],["c",null]]}]}`
  const files: Readonly<Record<string, string | Buffer>> = {
    'T.ndjson': `${second}\n${first}`,
    'T.ndjson.gz': gzipSync(`${second}\r\n${first}\r\n`),
    'T.json': `[${second},\n${first}]`,
  }
  for (const [name, content] of Object.entries(files)) {
    await t.test(name, async (t) => {
      const { rows, warnings } = await loadFiles(t, { [name]: content }, 'T', {
        schema: { name: 'T', columns: columns('A D:dynamic') },
      })
      assert.deepEqual(
        rows.map(({ A, D }) => ({ A, D })),
        read.toReversed(),
      )
      assert.match(warnings.join(), /T\.[\w.]+: half a surrogate pair in a text is read as U\+FFFD/)
    })
  }
  await t.test('a saved answer', async (t) => {
    const { rows, warnings } = await loadFiles(t, { 'T.json': reply }, 'T')
    assert.deepEqual(
      rows.map(({ A }) => A),
      ['é\ufffdb', 'c'],
    )
    assert.equal(warnings.length, 1)
  })
  await t.test('a file that is broken otherwise says where', async (t) => {
    await assert.rejects(loadFiles(t, { 'T.ndjson': `${first}\n{"A":\n` }, 'T'), /T\.ndjson:2: not JSON/)
  })
})

test('what Log Analytics adds', async (t) => {
  const schema = {
    name: 'DeviceEvents',
    columns: columns(
      'TimeGenerated:datetime Timestamp:datetime Type _ItemId _TimeReceived:datetime _ResourceId ReportId:long',
    ),
  }
  await t.test('the table name, an id a row, the time from Timestamp, arrival', async (t) => {
    const lines =
      '{"Timestamp":"2026-03-02T10:00:00.1234567Z"}\n{"TimeGenerated":"2026-03-02T10:00:00.1234567Z","Type":"Other"}\n'
    const { rows, stored, timeColumn } = await loadFiles(t, { 'DeviceEvents.ndjson': lines }, 'DeviceEvents', {
      schema,
    })
    for (const row of rows)
      assert.deepEqual([row['TimeGenerated'], row['Timestamp'], row['_TimeReceived']], [FIRST, FIRST, FIRST])
    assert.deepEqual(
      rows.map(({ Type }) => Type),
      ['DeviceEvents', 'Other'],
    )
    assert.equal(new Set(rows.map(({ _ItemId }) => _ItemId)).size, 2)
    assert.match(String(rows[0]?.['_ItemId']), /^[0-9a-f]{8}-/)
    assert.deepEqual(
      [stored.ingestionTimeColumn, timeColumn, rows[0]?.['ReportId']],
      ['_TimeReceived', 'TimeGenerated', null],
    )
  })
  await t.test('arrival as the file has it', async (t) => {
    const line = '{"TimeGenerated":"2026-03-02T10:00:00Z","_TimeReceived":"2026-03-02T10:00:00.1234567Z"}'
    const { rows } = await loadFiles(t, { 'DeviceEvents.ndjson': line }, 'DeviceEvents', { schema })
    assert.equal(rows[0]?.['_TimeReceived'], FIRST)
  })
})

test('count and span of a table', async (t) => {
  const table = await loadFiles(t, { 'AzureActivity.csv': CSV }, 'AzureActivity', { schema: ACTIVITY })
  assert.deepEqual(
    { rowCount: table.rowCount, span: await table.span() },
    { rowCount: 2, span: { first: FIRST, last: FIRST + 10_000_000n } },
  )
})

test('a table without rows', async (t) => {
  const empty: Readonly<Record<string, Files>> = {
    'an empty file': { 'AzureActivity.ndjson': '' },
    'an empty list': { 'AzureActivity.json': '[]' },
    'only a header': { 'AzureActivity.csv': 'Caller,Extra\n' },
  }
  for (const [name, files] of Object.entries(empty)) {
    await t.test(name, async (t) => {
      const { rowCount, span, stored } = await loadFiles(t, files, 'AzureActivity', { schema: ACTIVITY })
      assert.deepEqual([rowCount, await span()], [0, undefined])
      assert.ok(stored.columns.some(({ name }) => name === 'Caller'))
    })
  }
})

test('quoted line breaks, commas and quotes survive CSV', async (t) => {
  const cell = '{\r\n  "a, b": "c"\n}'
  const text = `A,B\r\n"${cell.replaceAll('"', '""')}",2\r\n`
  assert.deepEqual(
    (await loadFiles(t, { 'T.csv': text }, 'T', { schema: { name: 'T', columns: columns('A') } })).rows,
    [{ A: cell, B: 2n }],
  )
})
