import assert from 'node:assert/strict'
import { DuckDBInstance } from '@duckdb/node-api'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BackendError } from '../../../../src/domain/errors.ts'
import type { Row } from '../../../../src/domain/kusto.ts'
import type { WorkspaceSchema } from '../../../../src/domain/schema.ts'
import { LocalWorkspace } from '../../../../src/backends/local/local-workspace.ts'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { folderSources } from '../../../../src/backends/local/table-sources.ts'
import { instantFromMillis } from '../../../../src/time/instant.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { columns } from './support.ts'

const SCHEMA: WorkspaceSchema = {
  tables: new Map([
    [
      'Events',
      {
        name: 'Events',
        columns: columns(
          'TimeGenerated:datetime Seen:datetime Caller Zone Count:long Share:real Details:dynamic Id:guid Type _ItemId Raw:dynamic Absent Gone:long',
        ),
      },
    ],
    [
      'DeviceEvents',
      { name: 'DeviceEvents', columns: columns('TimeGenerated:datetime Timestamp:datetime DeviceName') },
    ],
    [
      'Frames',
      {
        name: 'Frames',
        columns: columns(
          'TimeGenerated:datetime Small:int Wide:int Gaps:int Long:long Share:real Id:guid Took:timespan Cost:decimal',
        ),
      },
    ],
  ]),
  functions: new Map(),
}

/** Caller has nulls, Zone has none; Seen is a TIMESTAMPTZ; 20,000 rows in row groups of 2048, a row a second. */
const ROWS = `SELECT TIMESTAMP '2026-03-02 00:00:00' + to_seconds(i) + to_microseconds(i % 7) AS "TimeGenerated",
  TIMESTAMPTZ '2026-03-02 00:00:00+00' + to_seconds(i) AS "Seen",
  CASE WHEN i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN '' ELSE 'user' || (i % 50) END AS "Caller", 'z' || (i % 3) AS "Zone",
  i AS "Count", i / 4 AS "Share", {'n': i} AS "Details", uuid_generate(i) AS "Id", i % 2 = 0 AS "Extra",
  CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN '{ "state": "Disabled", "n": ' || i || '}' WHEN 2 THEN '{"state":"\\u0044isabled"}'
    WHEN 3 THEN 'Disabled' WHEN 4 THEN '["Disabled"]' ELSE '{"state":true}' END AS "Raw"
  FROM range(20000) r(i)`.replace('uuid_generate(i)', `CAST(md5(CAST(i AS VARCHAR)) AS UUID)`)

async function parquet(t: TestContext, query: string): Promise<Buffer> {
  const path = join(tempFolder(t), 'made.parquet')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
  connection.closeSync()
  instance.closeSync()
  return readFile(path)
}

async function workspaceOver(
  t: TestContext,
  files: Readonly<Record<string, Buffer | string>>,
  table = 'Events',
): Promise<LocalWorkspace> {
  const folder = tempFolder(t)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const sources = await folderSources(folder, SCHEMA.tables.keys())
  const now = () => instantFromMillis(Date.UTC(2026, 2, 3))
  const workspace = await LocalWorkspace.open(sources, { schema: SCHEMA, now, badValues: 'refuse' })
  t.after(() => workspace.close())
  await workspace.prepare(table, new AbortController().signal)
  return workspace
}

const WINDOW = {
  start: instantFromMillis(Date.UTC(2026, 2, 2, 4)),
  end: instantFromMillis(Date.UTC(2026, 2, 2, 5)),
}

/** What EXPLAIN of DuckDB says, without lines and white space. */
async function planOf({ engine }: LocalWorkspace, query: string, window: typeof WINDOW | undefined): Promise<string> {
  const explained = await engine.explain(query, 'sql', { window })
  const sql = explained.replace(/^-- .*$/gm, '')
  const parameters = [...explained.matchAll(/^-- \$\d+ = (.*)$/gm)]
  const values = parameters.map(([, text]) => JSON.parse(text ?? '') as string)
  const rows = (await engine.connection.runAndReadAll(`EXPLAIN ${sql}`, values)).getRowObjectsJS()
  return String(rows[0]?.['explain_value']).replace(/[│┌┐└┘─┬┴\s]/g, '')
}

const QUERIES = [
  'Events | summarize count(), sum(Count), dcount(_ItemId)',
  'Events | where Caller == "user7" | summarize count()',
  'Events | where Caller in ("user7", "user8") | summarize count()',
  'let names = dynamic(["user7", "user8"]); Events | where Caller in (names) | summarize count()',
  'Events | where Caller in ("user7", "") | summarize count()',
  'Events | where Caller == "" | summarize count()',
  'Events | where Caller != "user7" | summarize count()',
  'Events | where isempty(Caller) | summarize count()',
  'Events | where not(Caller == "user7") | summarize count()',
  'Events | where Caller == "user7" or Zone == "z1" | summarize count()',
  'Events | where Zone == "z1" and Caller has "user12" | summarize count()',
  'Events | where Seen between (datetime(2026-03-02 01:00) .. 1h) | summarize count()',
  ...[
    'between (datetime(2026-03-02 01:00) .. (datetime(2026-03-02) + Count * 500ms))',
    'between ((Seen - 1ms) .. datetime(2026-03-02 01:00))',
    'between (datetime(2026-03-02 01:00) .. datetime(null))',
    'between (datetime(null) .. datetime(2026-03-02 01:00))',
    '!between (datetime(2026-03-02 01:00) .. (datetime(2026-03-02) + Count * 500ms))',
  ].map((range) => `Events | where TimeGenerated ${range} | summarize count(), sum(Count)`),
  'Events | where TimeGenerated > startofday(ago(1d)) + 5h and TimeGenerated <= ago(18h) | summarize count()',
  'Events | serialize n = row_number() | where Caller == "user7" | summarize sum(n)',
  'Events | project At = TimeGenerated, Caller | where At < datetime(2026-03-02 01:00) and Caller == "user7" | count',
  'let Part = Events | where Caller == "user7"; Part | join kind=inner (Part | where Zone == "z1") on Id | count',
  'Events | where Caller == "user7" | top 3 by TimeGenerated asc | project TimeGenerated, Seen, Caller, Zone, Count, Share, Details, Id, Extra, Type',
  'Events | where Details.n == 77 | project Details',
  'Events | where TimeGenerated == datetime(2026-03-02T00:00:03.000003Z) | count',
  'Events | where TimeGenerated == datetime(2026-03-02T00:00:03.0000031Z) | count',
  'Events | where TimeGenerated == datetime(null) | count',
  'Events | where Caller has "user12" or Caller startswith "USER3" | count',
  'Events | where not(Caller has "user12") | count',
  'Events | where Caller has "" | count',
  'Events | where Caller has_any ("user1", "user2", "user3") and Zone == "z1" | summarize count(), dcount(Caller)',
  'Events | where Caller in~ ("USER7") or Zone contains "Z2" | summarize count() by Zone | order by Zone asc',
  'Events | serialize n = row_number() | where Caller has "user12" | summarize sum(n)',
  'Events | project Name = Caller, Zone | where Name endswith "2" | summarize count() by Zone | order by Zone asc',
  'Events | where tostring(Raw.state) == "Disabled" | count',
  'Events | extend State = tostring(Raw.state) | where State =~ "disabled" and Caller contains "1" | summarize count(), sum(Count)',
  'Events | where Raw has "disabled" | count',
  'Events | where tostring(Raw[0]) == "Disabled" or tostring(Raw.state) in ("true", "Disabled") | count',
  'Events | where Raw.state == "true" | count',
  'Events | where not(tostring(Raw.state) == "Disabled") | count',
  'Events | where Count == 1 | project-away _ItemId',
  'Events | where isempty(Absent) and isnull(Gone) | count',
  'Events | where Count < 3 | sort by Absent asc, Count asc | project Absent, Gone, Again = Absent',
  'union Events, (Events | where Count == 2) | where Count == 2 | project Absent, Gone, Count',
  'Events | where Count == 1 | join kind=leftouter (Events | where Count == 2) on Count | project Absent, Absent1, Gone1',
  'Events | where Count < 4 | summarize count() by Absent, Gone',
  'let Part = Events | where Count < 3; Part | join kind=inner Part on Absent, Count | project Absent, Gone1 | take 2',
  ...[
    'where Caller == "user7" | extend Next = Count + 1, Day = startofday(TimeGenerated)',
    'where Caller has "user12" and Zone != "z2" and toint(Details.n) % 7 == 3',
    'where isempty(Caller) and Count < 40',
    'where tostring(Raw.state) == "Disabled" or Raw has "true"',
    'extend State = tostring(Raw.state) | where State =~ "disabled" | where Caller matches regex "^user[0-9]$"',
    'serialize n = row_number() | where Caller == "user7"',
    'where Caller == "user7" | serialize n = row_number() | where n < 5',
    'where Id in (toguid("c4ca4238-a0b9-2382-0dcc-509a6f75849b"), guid(null)) or Share == 2.5',
  ].map((rest) => `Events | ${rest} | sort by Count asc | project-away _ItemId`),
  'union (Events | where Count == 3), (Events | where Caller == "user8" and Count < 100) | sort by Count asc | project-away _ItemId',
  ...[
    'where Zone has "z1" and Caller != "" | top 5 by Seen desc',
    'where Caller == "user7" and not(Zone == "z1") | top 5 by TimeGenerated asc',
    'top 4 by Count asc',
    'sort by Caller asc, Count desc | take 5',
    'top 5 by Seen + 1h desc',
    'sort by Zone desc, Count asc | take 5 | extend Next = Count + 1',
    'extend Name = strcat(Caller, Zone) | where Name == "user7z1" | project Seen, Name, Count, _ItemId | top 3 by Seen desc',
    'project-rename At = TimeGenerated | extend Late = At + 1h | where Late > ago(19h) | top 3 by At asc',
    'where isempty(Absent) and isnull(Gone) and Count % 7 == 3 | sort by Gone desc, Share desc nulls first | take 3',
    'serialize n = row_number() | where Caller == "user7" | top 3 by n desc',
    'where Caller in ((Events | where Count < 10 | project Caller)) | top 3 by Count desc',
    'where tostring(Raw.state) == "Disabled" and Count > 70 | top 3 by Count asc',
    'top 9 by Seen desc | where Zone == "z1" | top 2 by Count asc',
    'where TimeGenerated >= startofday(ago(1d)) + 1h | top 2 by TimeGenerated asc',
    'where Count == 77 | take 5',
    'where Zone == "z1" | take 0',
  ].map((rest) => `Events | ${rest} | project-away _ItemId`),
  'union (Events | where Zone == "z1" | top 2 by Count desc), (Events | top 1 by Count asc) | sort by Count asc | project-away _ItemId',
  'let Part = Events | top 20 by Seen desc; Part | join kind=inner (Part | where Zone == "z1") on Id | summarize count(), sum(Count)',
]

test('a Parquet file is read where it lies and answers as a loaded one does', async (t) => {
  const file = await parquet(t, ROWS)
  const [inPlace, loaded] = [
    await workspaceOver(t, { 'Events.parquet': file }),
    await workspaceOver(t, { 'Events.parquet.gz': gzipSync(file) }),
  ]
  assert.equal(inPlace.loaded.get('Events')?.filesInPlace.length, 1)
  assert.equal(loaded.loaded.get('Events')?.filesInPlace.length, 0)
  for (const query of QUERIES) {
    for (const window of [undefined, WINDOW]) {
      const answer = async ({ engine }: LocalWorkspace): Promise<readonly Row[]> =>
        (await engine.query(query, { window })).rows
      assert.deepEqual(await answer(inPlace), await answer(loaded), query)
    }
  }
})

test('conditions that reach the scan and those that do not all count', async (t) => {
  const { engine } = await workspaceOver(t, { 'Events.parquet': await parquet(t, ROWS) })
  const count = async (condition: string): Promise<unknown> =>
    (await engine.query(`Events | where ${condition} | count`)).rows[0]?.[0]
  assert.equal(await count('Caller == "user7"'), 400n)
  assert.equal(await count('Caller == "user7" and Zone has "z1"'), 134n)
  assert.equal(await count('Caller == "user7" and TimeGenerated < datetime(2026-03-02 01:00) and Count % 2 == 1'), 72n)
  assert.equal(await count('Caller has "user7"'), 400n)
  assert.equal(await count('not(Caller has "user7")'), 19600n)
  assert.equal(await count('tostring(Raw.state) == "Disabled"'), 6667n)
  assert.equal(await count('isempty(Absent) and isnull(Gone)'), 20000n)
  assert.equal(await count('TimeGenerated >= startofday(ago(1d)) + 1h and Caller == ""'), 6560n)
})

test('comparisons between two microseconds keep their side', async (t) => {
  const { engine } = await workspaceOver(t, {
    'Events.parquet': await parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02 00:00:00.000005' AS "TimeGenerated", TIMESTAMPTZ '1900-01-01 00:00:00.000005+00' AS "Seen"`,
    ),
  })
  const holds: Readonly<Record<string, (ticks: number) => boolean>> = {
    '<': (ticks) => 50 < ticks,
    '<=': (ticks) => 50 <= ticks,
    '>': (ticks) => 50 > ticks,
    '>=': (ticks) => 50 >= ticks,
    '==': (ticks) => 50 === ticks,
  }
  for (const [operator, expected] of Object.entries(holds)) {
    for (let ticks = 38; ticks <= 62; ticks++) {
      for (const [column, day] of [
        ['TimeGenerated', '2026-03-02'],
        ['Seen', '1900-01-01'],
      ] as const) {
        const literal = `datetime(${day}T00:00:00.00000${ticks})`
        const { rows } = await engine.query(`Events | where ${column} ${operator} ${literal} | count`)
        assert.equal(rows[0]?.[0], expected(ticks) ? 1n : 0n, `${column} ${operator} ${literal}`)
      }
    }
  }
})

test('window, times and constants reach the statistics of the file, and columns that nobody reads stay unread', async (t) => {
  const workspace = await workspaceOver(t, { 'Events.parquet': await parquet(t, ROWS) })
  const plan = await planOf(
    workspace,
    'Events | where Caller == "user7" and Seen > ago(22h) and Zone has "z1" | project Count',
    WINDOW,
  )
  assert.match(plan, /READ_PARQUET/)
  assert.match(plan, /TimeGenerated>='2026-03-0204:00:00'/)
  assert.match(plan, /TimeGenerated<'2026-03-0205:00:00'/)
  assert.match(plan, /Caller='user7'/)
  assert.match(plan, /Seen>'2026-03-0202:00:00\+00'/)
  assert.match(plan, /READ_PARQUET.*contains\(lower\(Zone\),'z1'\)/)
  assert.doesNotMatch(plan, /Share|Details|Id\b/)
  const text = await planOf(
    workspace,
    'Events | where Caller has "user7" and tostring(Raw.state) == "Disabled" | project Absent',
    undefined,
  )
  assert.match(text, /READ_PARQUET.*contains\(lower\(Caller\),'user7'\)/)
  assert.match(text, /READ_PARQUET.*contains\(Raw,'Disabled'\)/)
  assert.doesNotMatch(text, /COALESCE\(Caller/i)
  // What is sifted is tested again above the scan, there with BETWEEN.
  const sifted = await planOf(workspace, 'Events | where Caller == "user7" and Zone has "z1" and Count > 3', WINDOW)
  assert.match(sifted, /CTE_SCAN/)
  assert.match(sifted, /TimeGenerated>='2026-03-0204:00:00'/)
  assert.match(sifted, /Caller='user7'/)
  const computed = await planOf(
    workspace,
    'Events | where TimeGenerated >= startofday(ago(20h)) + 4h | project Count',
    undefined,
  )
  assert.match(computed, /TimeGenerated>='2026-03-0203:59:59.999999'/)
})

test('scans are sifted where conditions alone decide what the answer is, and it has their columns', async (t) => {
  const { engine } = await workspaceOver(t, { 'Events.parquet': await parquet(t, ROWS) })
  const isSifted = async (query: string): Promise<boolean> =>
    (await engine.explain(query, 'ir', { window: WINDOW })).includes('scan sifted Events')
  for (const query of [
    'Events | where Caller == "user7"',
    'Events | where Caller has "user7" | extend x = Count + 1 | sort by x asc',
    'Events | where not(Count == 1) | project-away Zone',
    'Events | project-rename Who = Caller | where Who in ("user7", "user8") and isnotempty(Zone)',
    'let f = () { Events | where Zone has "z1" and Count < 3 }; union f(), f()',
  ]) {
    assert.ok(await isSifted(query), query)
  }
  for (const query of [
    'Events',
    'Events | where Seen > ago(1h)',
    'Events | where Caller == "user7" | project Count, Caller',
    'Events | where Caller == "user7" | top 100 by Seen desc',
    'Events | where Caller == "user7" | take 10',
    'Events | where Caller == "user7" | summarize take_any(*) by Zone',
    'Events | serialize n = row_number() | where Caller == "user7"',
    // DuckDB would test these after it has put aside all rows.
    'Events | where Caller matches regex "user7$"',
    'Events | where Caller has_any ("a b", "user7")',
    'Events | where Caller == "user7" and Count + 1 == 3',
    'Events | where Caller has "\u00fcser7"',
    'Events | extend c = strcat(Caller, Zone) | where c == "user7z1"',
    'Events | where Caller == "user7" | join kind=inner (Events | where Zone == "z1") on Id',
  ]) {
    assert.ok(!(await isSifted(query)), query)
  }
})

test('top and take are done at the scan of files where no row but its own columns decide', async (t) => {
  const file = await parquet(t, ROWS)
  const workspace = await workspaceOver(t, { 'Events.parquet': file })
  const { engine } = workspace
  const isLimited = async (query: string): Promise<boolean> =>
    /scan Events .* limit \d/.test(await engine.explain(query, 'ir', { window: WINDOW }))
  for (const query of [
    'Events | top 100 by Seen desc',
    'Events | where Caller == "user7" | project Seen, Caller | take 10',
    'Events | extend Name = strcat(Caller, Zone) | where Name has "user7" | top 5 by Name asc',
    'Events | where isempty(Absent) | sort by Count asc | take 5 | join kind=inner Events on Id',
  ]) {
    assert.ok(await isLimited(query), query)
  }
  for (const query of [
    'Events | where rand() < 0.5 | take 5',
    'Events | extend Half = rand() | top 5 by Half',
    'Events | where _ItemId has "a" | top 5 by Seen desc',
    'Events | serialize n = row_number() | where Caller == "user7" | take 5',
    'Events | where Id in ((Events | where Zone == "z1" | project Id)) | top 5 by Seen desc',
    'Events | summarize count() by Caller | top 5 by count_',
  ]) {
    assert.ok(!(await isLimited(query)), query)
  }
  const plan = await planOf(workspace, 'Events | where Zone contains "z1" | top 900 by Seen desc', undefined)
  assert.match(plan, /TOP_NTop:900OrderBy:t\.SeenDESCREAD_PARQUET/)
  const beside = await workspaceOver(t, { 'Events.parquet': file, 'Events.2.ndjson': '{"Caller":"dan","Count":-1}\n' })
  const query = 'Events | top 2 by Count asc | project Caller, Count'
  assert.doesNotMatch(await beside.engine.explain(query, 'ir', {}), /scan Events .* limit/)
  assert.deepEqual((await beside.engine.query(query)).rows, [
    ['dan', -1n],
    ['', 0n],
  ])
})

test('the first rows of files of several shapes are the first of all', async (t) => {
  const shape = (columns: string, from: number): Promise<Buffer> =>
    parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02' + to_seconds(i) AS "TimeGenerated", ${columns} FROM range(${from}, 90, 3) r(i)`,
    )
  const { engine, loaded } = await workspaceOver(t, {
    'Events.1.parquet': await shape(`'ann' AS "Caller", i AS "Count"`, 0),
    'Events.2.parquet': await shape(`CASE WHEN i % 2 = 0 THEN 'bob' END AS "Caller", i::DOUBLE AS "Share"`, 1),
    'Events.3.parquet': await shape(`i AS "Count", 'z' AS "Zone"`, 2),
  })
  assert.equal(loaded.get('Events')?.filesInPlace.length, 3)
  const { rows } = await engine.query('Events | top 5 by TimeGenerated desc | project Caller, Count, Share, Zone')
  assert.deepEqual(rows, [
    ['', 89n, null, 'z'],
    ['bob', null, 88, ''],
    ['ann', 87n, null, ''],
    ['', 86n, null, 'z'],
    ['', null, 85, ''],
  ])
  const filtered = await engine.query(
    'Events | where isempty(Caller) | sort by Share asc nulls last, Count asc | take 3 | project Share, Count',
  )
  assert.deepEqual(filtered.rows, [
    [1, null],
    [7, null],
    [13, null],
  ])
})

test('the window of a table that has nothing but Timestamp reaches the file', async (t) => {
  const rows = `SELECT TIMESTAMP '2026-03-02' + to_seconds(i) AS "Timestamp", 'd' || i AS "DeviceName" FROM range(20000) r(i)`
  const workspace = await workspaceOver(t, { 'DeviceEvents.parquet': await parquet(t, rows) })
  await workspace.prepare('DeviceEvents', new AbortController().signal)
  const { engine } = workspace
  const query = 'DeviceEvents | top 2 by TimeGenerated desc | project DeviceName'
  assert.match(await engine.explain(query, 'ir', { window: WINDOW }), /where TimeGenerated#\d+ >= .* limit 2/)
  assert.match(await engine.explain(query, 'sql', { window: WINDOW }), /"Timestamp" >= make_timestamp/)
  assert.deepEqual((await engine.query(query, { window: WINDOW })).rows, [['d17999'], ['d17998']])
})

test('files of other formats add up with files in place', async (t) => {
  const workspace = await workspaceOver(t, {
    'Events.1.parquet': await parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02 00:00:00' AS "TimeGenerated", 'ann' AS "Caller", 1 AS "Extra"`,
    ),
    'Events.2.parquet': await parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02 00:00:01' AS "TimeGenerated", 'bob' AS "Caller", 2 AS "Extra", 7 AS "#File", 8 AS "#file row"`,
    ),
    'Events.3.parquet': await parquet(
      t,
      `SELECT TIMESTAMP '2026-03-02 00:00:02' AS "TimeGenerated", NULL::VARCHAR AS "Caller"`,
    ),
    'Events.4.ndjson': '{"TimeGenerated":"2026-03-02T00:00:03.0000001Z","Caller":"dan","#row":1}\n',
  })
  assert.equal(workspace.loaded.get('Events')?.filesInPlace.length, 3)
  const { rows } = await workspace.engine.query(
    "Events | project TimeGenerated, Caller, Extra, _ItemId, ['#row'] | sort by TimeGenerated asc",
  )
  assert.deepEqual(
    rows.map(([time, caller, extra, , row]) => [time, caller, extra, row]),
    [
      ['2026-03-02T00:00:00Z', 'ann', 1, null],
      ['2026-03-02T00:00:01Z', 'bob', 2, null],
      ['2026-03-02T00:00:02Z', '', null, null],
      ['2026-03-02T00:00:03.0000001Z', 'dan', null, 1n],
    ],
  )
  assert.equal(new Set(rows.map((row) => row[3])).size, 4)
  const sifted = await workspace.engine.query('Events | where Caller != "ann" | sort by TimeGenerated asc')
  const cells = (names: readonly string[]): Row[] => {
    const places = names.map((name) => sifted.columns.findIndex((column) => column.name === name))
    return sifted.rows.map((row) => places.map((place) => row[place] ?? null))
  }
  assert.deepEqual(cells(['Caller', 'Extra', '#row', '#File', '#file row']), [
    ['bob', 2, null, 7, 8],
    ['', null, null, null, null],
    ['dan', null, 1n, null, null],
  ])
  assert.deepEqual(
    cells(['_ItemId']),
    rows.slice(1).map((row) => [row[3]]),
  )
})

/** As pandas writes a table: nanoseconds, whole numbers of 64 bits, and where one is missing, doubles with NaN. */
const FRAMES = `SELECT CAST(TIMESTAMP '2026-03-02 00:00:00' + to_seconds(i) AS TIMESTAMP_NS) AS "TimeGenerated",
  CAST(4600 + i % 100 AS BIGINT) AS "Small", CAST(i AS UBIGINT) AS "Wide",
  CASE WHEN i % 7 = 0 THEN CAST('nan' AS DOUBLE) WHEN i % 7 = 1 THEN NULL ELSE CAST(i - 50 AS DOUBLE) END AS "Gaps",
  CASE WHEN i % 7 = 0 THEN CAST('nan' AS FLOAT) ELSE CAST(i AS FLOAT) END AS "Long", CAST(i AS BIGINT) * 3 AS "Share",
  CASE WHEN i % 2 = 0 THEN CAST(CAST(md5(CAST(i AS VARCHAR)) AS UUID) AS VARCHAR) ELSE '' END AS "Id",
  '00:00:' || lpad(CAST(i % 60 AS VARCHAR), 2, '0') AS "Took", (i // 10) || '.5' AS "Cost"
  FROM range(5000) r(i)`

test('tables as pandas writes them stay in their file where all values fit, and answer as loaded ones do', async (t) => {
  const file = await parquet(t, FRAMES)
  const inPlace = await workspaceOver(t, { 'Frames.parquet': file }, 'Frames')
  const loaded = await workspaceOver(t, { 'Frames.parquet.gz': gzipSync(file) }, 'Frames')
  assert.equal(inPlace.loaded.get('Frames')?.filesInPlace.length, 1)
  const queries = [
    'Frames | where Small == 4662 | summarize count(), sum(Wide), sum(Gaps), max(Long), sum(Share)',
    'Frames | summarize countif(isnull(Gaps)), countif(isnull(Long)), countif(isnull(Share)), min(Gaps), count()',
    'Frames | where Gaps between (-3 .. 3) or Wide == 4999 | project TimeGenerated, Small, Wide, Gaps, Long, Share',
    'Frames | where TimeGenerated >= datetime(2026-03-02 01:00) and TimeGenerated < datetime(9999-12-31) | count',
    'Frames | where TimeGenerated > datetime(1601-01-01) and TimeGenerated <= datetime(2026-03-02 00:10) | count',
    'Frames | where TimeGenerated < datetime(1601-01-01) or TimeGenerated > datetime(2300-01-01) | count',
    'Frames | where TimeGenerated > startofday(ago(1d)) + 20m | summarize count(), min(TimeGenerated)',
    'Frames | where TimeGenerated > totimespan("x") + datetime(2026-03-02) | count',
    'Frames | top 3 by TimeGenerated desc | project TimeGenerated, Gaps',
    'Frames | where Took > 58s and isnotempty(Id) | summarize count(), sum(Cost), dcount(Id), max(Took)',
  ]
  const quarter = {
    start: instantFromMillis(Date.UTC(2026, 2, 2, 0, 15)),
    end: instantFromMillis(Date.UTC(2026, 2, 2, 0, 30)),
  }
  for (const query of queries) {
    for (const window of [undefined, quarter]) {
      const [here, there] = [
        await inPlace.engine.query(query, { window }),
        await loaded.engine.query(query, { window }),
      ]
      assert.deepEqual(here.rows, there.rows, query)
    }
  }
  const sums = await inPlace.engine.query('Frames | summarize countif(isnull(Gaps)), max(Gaps), countif(isnull(Long))')
  assert.deepEqual(sums.rows, [[1430n, 4947, 715n]])
  const plan = await planOf(
    inPlace,
    'Frames | where TimeGenerated >= datetime(2026-03-02 01:00) | project Small',
    undefined,
  )
  assert.match(plan, /READ_PARQUET.*TimeGenerated>='2026-03-0201:00:00'/)
})

test('nanoseconds of a file keep their side of a tick', async (t) => {
  const rows = [0, 50, 99, 100, 149].map((ns) => `(TIMESTAMP_NS '2026-03-02 00:00:00.000000${500 + ns}')`).join(', ')
  const file = await parquet(t, `SELECT * FROM (VALUES ${rows}) r("TimeGenerated")`)
  const { engine } = await workspaceOver(t, { 'Frames.parquet': file }, 'Frames')
  const ticks = [5, 5, 5, 6, 6]
  const holds: Readonly<Record<string, (tick: number, other: number) => boolean>> = {
    '<': (tick, other) => tick < other,
    '<=': (tick, other) => tick <= other,
    '>': (tick, other) => tick > other,
    '>=': (tick, other) => tick >= other,
    '==': (tick, other) => tick === other,
  }
  for (const [operator, expected] of Object.entries(holds)) {
    for (let other = 3; other <= 8; other++) {
      const { rows } = await engine.query(
        `Frames | where TimeGenerated ${operator} datetime(2026-03-02T00:00:00.000000${other}) | count`,
      )
      const count = ticks.filter((tick) => expected(tick, other)).length
      assert.equal(rows[0]?.[0], BigInt(count), `${operator} ${other} ticks`)
    }
  }
})

test('a number that does not fit its column is found, whatever the statistics of the file say', async (t) => {
  const values = [
    '2147483648::BIGINT',
    '-2147483649::HUGEINT',
    '1.5::DOUBLE',
    "'infinity'::FLOAT",
    '4294967295::UINTEGER',
  ]
  for (const value of values) {
    const file = await parquet(t, `SELECT ${value} AS "Small" UNION ALL SELECT 1`)
    await assert.rejects(workspaceOver(t, { 'Frames.parquet': file }, 'Frames'), { code: 'local/bad-value' }, value)
  }
})

test('text that has to become a time is checked before a query counts on it', async (t) => {
  const file = await parquet(t, `SELECT '2026-03-02T00:00:00Z' AS "TimeGenerated" UNION ALL SELECT 'soon'`)
  await assert.rejects(workspaceOver(t, { 'Events.parquet': file }), { code: 'local/bad-value' })
})

for (const [name, damage] of [
  ['that goes', (path: string) => rm(path)],
  [
    'whose pages are damaged',
    async (path: string) => {
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0xff, 4, bytes.length >> 1))
    },
  ],
] as const) {
  test(`a file ${name} after it was opened is named`, async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'Events.parquet')
    await writeFile(path, await parquet(t, ROWS))
    const backend = createLocalBackend({ dataFolder: folder, schema: SCHEMA })
    t.after(() => backend.close())
    const ask = () => {
      const query = 'Events | summarize max(Count), dcount(Caller), max(Zone), max(Seen)'
      const request = { query, workspace: 'local', window: undefined, now: instantFromMillis(0), timeout: minutes(1) }
      return backend.query(request, new AbortController().signal)
    }
    await ask()
    await damage(path)
    await assert.rejects(
      ask(),
      (error) =>
        error instanceof BackendError && error.code === 'local/malformed-file' && error.message.startsWith(path),
    )
  })
}
