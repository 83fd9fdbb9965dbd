import assert from 'node:assert/strict'
import { appendFile, cp, mkdir, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { WorkspaceSchema } from '../../../../src/domain/schema.ts'
import { ingestFolder, type IngestReport } from '../../../../src/backends/local/index.ts'
import { LocalWorkspace } from '../../../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../../../src/backends/local/table-sources.ts'
import { instantFromMillis } from '../../../../src/time/instant.ts'
import { columns, folderWith, type Files } from './support.ts'

const SCHEMA: WorkspaceSchema = {
  tables: new Map(
    [
      {
        name: 'Events',
        columns: columns(
          'TimeGenerated:datetime Caller Count:long Share:real Details:dynamic Id:guid On:bool Took:timespan Price:decimal',
        ),
      },
      { name: 'Other', columns: columns('TimeGenerated:datetime Caller') },
    ].map((table) => [table.name, table]),
  ),
  functions: new Map([
    ['_GetWatchlist', { name: '_GetWatchlist', parameters: 'alias:string', body: 'table(alias)', columns: undefined }],
  ]),
}

const LINES = [
  '{"TimeGenerated":"2026-03-02T10:00:00.1234567Z","Caller":"ann","Count":9007199254740993,"Share":0.1,"Details":{"a": [1, null]},"Id":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","On":true,"Took":"1.02:03:04.0000001","Price":"12.5","extra":1,"Extra":"x"}',
  '{"TimeGenerated":"2026-03-02T10:00:01Z","Caller":null,"Share":"NaN","Details":"text","extra":2}',
  '{"TimeGenerated":null,"Details":"","#row":"mine"}',
]

const FILES: Files = {
  'Events/1.ndjson': `${LINES[0]}\n`,
  'Events/2.ndjson.gz': gzipSync(`${LINES[1]}\n${LINES[2]}\n`),
  'Other.csv': 'TimeGenerated,Caller\n2026-03-02T10:00:00Z,bob\n',
  'Empty.ndjson': '',
  'watchlists/VIP.csv': 'Name\nAnn\n',
}

const QUERY = 'Events | sort by Caller asc, TimeGenerated asc nulls first'

async function answers(dataFolder: string, query = QUERY): Promise<{ rows: unknown; files: readonly string[] }> {
  const sources = await folderSources(dataFolder, SCHEMA.tables.keys())
  const now = () => instantFromMillis(Date.UTC(2026, 2, 3))
  const workspace = await LocalWorkspace.open(sources, { schema: SCHEMA, now, badValues: 'refuse' })
  try {
    await workspace.prepare(query, new AbortController().signal)
    const { columns: shape, rows } = await workspace.engine.query(query)
    // What tells rows apart is another value for a copy; everything else must be the same.
    const kept = shape.flatMap(({ name }, index) => (name === '_ItemId' ? [] : [index]))
    const files = [...workspace.loaded.values()].flatMap(({ filesInPlace }) => filesInPlace.map(({ path }) => path))
    return { rows: [kept.map((index) => shape[index]), rows.map((row) => kept.map((index) => row[index]))], files }
  } finally {
    await workspace.close()
  }
}

function ingest(dataFolder: string, target?: string): Promise<IngestReport> {
  return ingestFolder({ dataFolder, target, schema: SCHEMA }, new AbortController().signal)
}

function counts({ tables }: IngestReport): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tables.map(({ table, copied, unchanged, columnar, failure }) => [
      table,
      `${copied} ${unchanged} ${columnar}${failure === undefined ? '' : ` ${failure.code}`}`,
    ]),
  )
}

async function folderAndAnswer(t: TestContext): Promise<{ folder: string; before: unknown }> {
  const folder = await folderWith(t, FILES)
  const { rows, files } = await answers(folder)
  assert.deepEqual(files, [])
  return { folder, before: rows }
}

test('a query over copies equals the query over the files, and parses nothing', async (t) => {
  const { folder, before } = await folderAndAnswer(t)
  assert.deepEqual(counts(await ingest(folder)), { Empty: '0 0 1', Events: '2 0 0', Other: '1 0 0' })
  const after = await answers(folder)
  assert.equal(after.files.length, 2)
  assert.deepEqual(after.rows, before)
  const watchlist = await answers(folder, "_GetWatchlist('VIP') | project Name")
  assert.deepEqual(watchlist.rows, [[{ name: 'Name', type: 'string' }], [['Ann']]])
})

test('a copy of a saved answer keeps the types that the answer says', async (t) => {
  const columns = [
    { name: 'Share', type: 'real' },
    { name: 'Took', type: 'timespan' },
  ]
  const answer = { tables: [{ name: 'PrimaryResult', columns, rows: [[2, '00:00:01']] }] }
  const folder = await folderWith(t, { 'Answer_CL.json': JSON.stringify(answer) })
  const query = 'Answer_CL | project Half = Share / 4, Twice = 2 * Took'
  const before = await answers(folder, query)
  assert.deepEqual(counts(await ingest(folder)), { Answer_CL: '1 0 0' })
  const after = await answers(folder, query)
  assert.deepEqual([before.files.length, after.files.length], [0, 1])
  assert.deepEqual(after.rows, before.rows)
  assert.match(
    JSON.stringify(after.rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    /0\.5/,
  )
})

test('a second ingest copies what is new or changed, and only that', async (t) => {
  const { folder } = await folderAndAnswer(t)
  await ingest(folder)
  assert.deepEqual(counts(await ingest(folder)), { Empty: '0 0 1', Events: '0 2 0', Other: '0 1 0' })
  // Touched, but the same: the content decides.
  await utimes(join(folder, 'Other.csv'), new Date(), new Date())
  assert.equal((await answers(folder, 'Other')).files.length, 0)
  assert.equal(counts(await ingest(folder))['Other'], '0 1 0')
  assert.equal((await answers(folder, 'Other')).files.length, 1)
  await appendFile(join(folder, 'Events/1.ndjson'), `${LINES[1]}\n`)
  await writeFile(join(folder, 'Events/3.ndjson'), `${LINES[2]}\n`)
  await rm(join(folder, 'Other.csv'))
  const report = await ingest(folder)
  assert.deepEqual(counts(report), { Empty: '0 0 1', Events: '2 1 0' })
  assert.deepEqual(report.vanished, ['Other.csv'])
  const files = await readdir(join(folder, '.ingested'), { recursive: true })
  assert.equal(files.filter((file) => file.endsWith('.parquet')).length, 3)
})

test('a file that changed after it was copied is read itself', async (t) => {
  const { folder } = await folderAndAnswer(t)
  await ingest(folder)
  await appendFile(join(folder, 'Events/1.ndjson'), '{"TimeGenerated":"2026-03-02T11:00:00Z","Caller":"new"}\n')
  await writeFile(join(folder, 'Events/4.ndjson'), '{"Caller":"newer"}\n')
  const { rows, files } = await answers(folder, 'Events | where Caller startswith "new" | count')
  assert.deepEqual(rows, [[{ name: 'Count', type: 'long' }], [[2n]]])
  assert.equal(files.length, 1)
  await rm(join(folder, 'Events/2.ndjson.gz'))
  assert.deepEqual((await answers(folder, 'Events | count')).rows, [[{ name: 'Count', type: 'long' }], [[3n]]])
})

test('a copy whose columns would have another type by now is not used', async (t) => {
  const { folder } = await folderAndAnswer(t)
  await ingest(folder)
  // `extra` was a long everywhere; a file with text makes it a string, and its numbers their text.
  await writeFile(join(folder, 'Events/3.ndjson'), '{"Caller":"zed","extra":"three"}\n')
  const query = 'Events | where isnotempty(extra) | summarize make_set(extra)'
  const withCopies = await answers(folder, query)
  await rm(join(folder, '.ingested'), { recursive: true })
  assert.deepEqual(withCopies.rows, (await answers(folder, query)).rows)
  assert.deepEqual(withCopies.files, [])
})

test('copies that are gone or cut, and a manifest that is none, are passed over', async (t) => {
  const { folder, before } = await folderAndAnswer(t)
  await ingest(folder)
  const target = join(folder, '.ingested')
  const [first = '', second = ''] = (await readdir(join(target, 'Events'))).map((name) => join(target, 'Events', name))
  await truncate(first, (await stat(first)).size >> 1)
  await rm(second)
  assert.deepEqual(await answers(folder), { rows: before, files: [] })
  assert.equal(counts(await ingest(folder))['Events'], '2 0 0')
  await writeFile(join(target, 'hunt-ingest.json'), '{"format":')
  assert.deepEqual(await answers(folder), { rows: before, files: [] })
})

test('a killed ingest leaves nothing that is read, and the next one clears it away', async (t) => {
  const { folder, before } = await folderAndAnswer(t)
  const half = join(folder, '.ingested', 'Events')
  await mkdir(half, { recursive: true })
  const stray = join(half, '0123456789abcdef-0123456789abcdef.parquet')
  await writeFile(stray, 'PAR1')
  await writeFile(join(half, '.copy.parquet.0.hunt-tmp'), 'PAR1')
  assert.deepEqual(await answers(folder), { rows: before, files: [] })
  await ingest(folder)
  assert.equal((await readdir(half)).filter((name) => name.endsWith('.parquet')).length, 2)
  assert.deepEqual((await answers(folder)).rows, before)
})

test('an interrupted ingest keeps what it has copied', async (t) => {
  const folder = await folderWith(
    t,
    Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`Events/${n}.ndjson`, `{"Caller":"u${n}"}\n`])),
  )
  const stop = new AbortController()
  const onProgress = (done: number): void => {
    if (done === 257) stop.abort()
  }
  const ingesting = ingestFolder({ dataFolder: folder, target: undefined, schema: SCHEMA, onProgress }, stop.signal)
  await assert.rejects(ingesting, { name: 'AbortError' })
  assert.deepEqual(counts(await ingest(folder)), { Events: '43 257 0' })
})

test('copies in a folder of their own stand for the folder that they were made from', async (t) => {
  const { folder, before } = await folderAndAnswer(t)
  const target = join(await folderWith(t, {}), 'columnar')
  assert.equal(counts(await ingest(folder, target))['Events'], '2 0 0')
  const { rows, files } = await answers(target)
  assert.deepEqual(rows, before)
  assert.ok(files.length === 2 && files.every((file) => file.startsWith(target)))
  assert.equal(counts(await ingest(target))['Events'], '0 2 0')
  await rm(folder, { recursive: true })
  await assert.rejects(answers(target), { code: 'local/no-data-folder' })
})

test('a data folder that was moved keeps its copies', async (t) => {
  const { folder, before } = await folderAndAnswer(t)
  // Node's copy keeps times to the millisecond only, where a real move keeps all of them.
  const whole = new Date('2026-03-02T00:00:00Z')
  for (const name of await readdir(folder, { recursive: true })) await utimes(join(folder, name), whole, whole)
  await ingest(folder)
  const moved = join(await folderWith(t, {}), 'moved')
  await cp(folder, moved, { recursive: true, preserveTimestamps: true })
  const { rows, files } = await answers(moved)
  assert.deepEqual(rows, before)
  assert.ok(files.length === 2 && files.every((file) => file.startsWith(moved)))
})

test('folders that copies must not go to', async (t) => {
  const { folder } = await folderAndAnswer(t)
  const other = await folderWith(t, { 'Notes.txt': 'mine' })
  await assert.rejects(ingest(folder, join(folder, 'columnar')), { code: 'local/ingest-target' })
  await assert.rejects(ingest(folder, other), { code: 'local/ingest-target' })
  const copies = join(await folderWith(t, {}), 'copies')
  await ingest(folder, copies)
  await assert.rejects(ingest(other, copies), { code: 'local/ingest-target' })
})

test('a table with a fault is not copied, the others are', async (t) => {
  const folder = await folderWith(t, { ...FILES, 'Other.csv': 'TimeGenerated,Caller\nsoon,bob\n' })
  assert.deepEqual(counts(await ingest(folder)), { Empty: '0 0 1', Events: '2 0 0', Other: '0 0 0 local/bad-value' })
})
