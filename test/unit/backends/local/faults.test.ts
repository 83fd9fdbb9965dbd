import assert from 'node:assert/strict'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { tempFolder } from '../../../support/temp-folder.ts'
import { scanDataFolder } from '../../../../src/backends/local/data-folder.ts'
import { columns, folderWith, load, loadFiles, type Files } from './support.ts'

const good = '{"A":1}\n'
const archive = gzipSync(Array.from({ length: 3000 }, (_, index) => `{"A":"${index * 7919}"}\n`).join(''))

/** Cut where only the check sum is left out: every record is there, but nobody can know that. */
const cutArchive = archive.subarray(0, archive.length - 4)
const flippedArchive = Uint8Array.from(archive, (byte, index) => (index === archive.length - 6 ? byte ^ 0xff : byte))

test('a damaged file is refused with its line and what to do', async (t) => {
  const cases: Readonly<Record<string, readonly [files: Files, message: RegExp, hint: RegExp]>> = {
    'a broken line of ndjson': [
      { 'T.ndjson': `${good}\n${good}{"A":\n${good}` },
      /T\.ndjson:4: not JSON \(.+\)$/,
      /line 4/,
    ],
    'a cut last line': [{ 'T.ndjson': `${good}{"A":1` }, /T\.ndjson:2: not JSON/, /line 2/],
    'two objects on a line': [{ 'T.ndjson': `${good}{"A":1} {"A":2}\n` }, /T\.ndjson:2: not JSON/, /one JSON object/],
    'a comma behind an object': [{ 'T.ndjson': '{"A":1},\n{"A":2}' }, /T\.ndjson:1: not JSON/, /one JSON object/],
    'a list in ndjson': [{ 'T.ndjson': '[{"A":1},\n{"A":2}]' }, /T\.ndjson:1: not JSON/, /belongs into a \.json file/],
    'a number for a record': [
      { 'T.ndjson': `${good}\n5\n` },
      /T\.ndjson:3: a record is an? ubigint, not an object/,
      /one JSON object/,
    ],
    'a list for a record': [
      { 'T.ndjson': `${good}[1]\n` },
      /T\.ndjson:2: a record is an array, not an object/,
      /one JSON object/,
    ],
    'null for a record': [{ 'T.json': '[{"A":1}, null]' }, /T\.json, record 2: a record is a null/, /one JSON object/],
    'a key twice': [
      { 'T.ndjson': `${good}{"A":1,"B":2,"A":3}\n` },
      /T\.ndjson:2: a record has the key "A" twice/,
      /one value/,
    ],
    'a broken list': [{ 'T.json': '[{"A":1},\n{"A":2}\n{"A":3}]' }, /T\.json, record 3: not JSON/, /mend that record/],
    'a list without an end': [{ 'T.json': '[{"A":1},\n{"A":2}\n' }, /T\.json, record 3: not JSON/, /mend that record/],
    'text that is not UTF-8': [
      { 'T.ndjson': Buffer.from('7b2241223a22ff227d0a', 'hex') },
      /T\.ndjson.*: not JSON \(.*UTF-8/,
      /./,
    ],
    'UTF-16': [
      { 'T.ndjson': Buffer.from(`\uFEFF${good}`, 'utf16le') },
      /T\.ndjson: the text is UTF-16/,
      /save it as UTF-8/,
    ],
    'UTF-16 in an archive': [
      { 'T.csv.gz': gzipSync(Buffer.from('\uFEFFA\n', 'utf16le')) },
      /T\.csv\.gz: the text is UTF-16/,
      /UTF-8/,
    ],
    'a cell too many': [
      { 'T.csv': 'A,B\n1,"x\ny"\n1,2,3\n' },
      /T\.csv:4: 3 cells, but the header has 2/,
      /quote cells/,
    ],
    'a cell too few': [{ 'T.csv': 'A,B\n1\n' }, /T\.csv:2: 1 cell, but the header has 2/, /quote cells/],
    'a quote that does not end': [
      { 'T.csv': 'A,B\n1,"2\n3,4\n' },
      /T\.csv:2: a quoted cell does not end/,
      /double the quotes/,
    ],
    'line ends of two kinds': [
      { 'T.csv': 'A,B\n1,2\r\n3,"q\nq"\n5,6\r\n' },
      /T\.csv.*: not CSV/,
      /export the file again/,
    ],
    'Latin-1': [
      { 'T.csv': Buffer.from('41\n31e9\n'.replaceAll('\n', '0a'), 'hex') },
      /T\.csv:2: the text is not UTF-8/,
      /UTF-8/,
    ],
    'an empty CSV file': [{ 'T.csv': '' }, /T\.csv: the file is empty/, /line of column names/],
    'a header without names': [{ 'T.csv': ',,\n1,2,3\n' }, /T\.csv:1: the first line has no column names/, /./],
    'a column twice': [{ 'T.csv': 'A,B,A\n' }, /T\.csv:1: the column "A" stands twice/, /rename/],
    'times of another zone': [
      { 'T.csv': 'At [UTC+02:00]\n"1/1/2026, 1:00:00 PM"\n' },
      /T\.csv: the times of "At" are in "UTC\+02:00"/,
      /UTC/,
    ],
    'times of the reader': [{ 'T.csv': 'At [Local Time]\n' }, /are in "Local Time"/, /export again/],
    'no archive': [{ 'T.ndjson.gz': good }, /T\.ndjson\.gz: not a whole gzip archive/, /again/],
    'half an archive': [
      { 'T.ndjson.gz': archive.subarray(0, 2000) },
      /not a whole gzip archive \(unexpected end of file\)/,
      /again/,
    ],
    'an archive without its check sum': [{ 'T.ndjson.gz': cutArchive }, /not a whole gzip archive/, /again/],
    'an archive with a wrong check sum': [
      { 'T.ndjson.gz': flippedArchive },
      /not a whole gzip archive \(incorrect data check\)/,
      /again/,
    ],
    'a saved answer that is partial': [
      { 'T.json': reply([['a']], { error: { code: 'PartialError', message: 'some' } }) },
      /T\.json: the saved answer is partial \(PartialError\)$/,
      /a shorter time/,
    ],
    'an error without a code': [{ 'T.json': reply([['a']], { error: 'x' }) }, /partial \(error\)$/, /shorter time/],
    'a saved answer with a column twice': [
      { 'T.json': reply([['a', 'b']], {}, ['JSON', 'B', 'JSON']) },
      /T\.json: the saved answer has the column "JSON" twice/,
      /name of its own/,
    ],
    'a row of a saved answer that is no list': [
      { 'T.json': reply([['a'], { error: 'too large' }]) },
      /T\.json, record \d+: not JSON|T\.json: not JSON/,
      /./,
    ],
    'semicolons, as some spreadsheets write them': [
      { 'T.csv': 'TimeGenerated;Caller\n2026-03-01;ann\n' },
      /T\.csv:1: the columns are separated by semicolons/,
      /commas/,
    ],
    tabs: [{ 'T.csv': 'TimeGenerated\tCaller\n' }, /T\.csv:1: the columns are separated by tabs/, /commas/],
    'no Parquet': [{ 'T.parquet': 'PAR1 or not' }, /T\.parquet: not a readable Parquet file/, /again/],
  }
  for (const [name, [files, message, hint]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      await assert.rejects(loadFiles(t, files, 'T'), { code: 'local/malformed-file', message, hint })
    })
  }
})

function reply(rows: unknown, more: object = {}, names: readonly string[] = ['A']): string {
  const columns = names.map((name) => ({ name, type: 'string' }))
  return JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows }], ...more })
}

const TYPED = { name: 'T', columns: columns('At:datetime Count:long Flag:bool') }

test('a cell that does not fit its column', async (t) => {
  const cases: Readonly<Record<string, readonly [files: Files, message: RegExp]>> = {
    ndjson: [{ 'T.ndjson': '{"Count":1}\n\n{"Count":"many"}\n' }, /T\.ndjson:3: Count is "many", which is no long$/],
    'csv with line breaks in cells': [
      { 'T.csv': 'Text,At\r\n"a\r\nb",2026-03-01\r\n"c\r\nd",1/13\r\n' },
      /T\.csv:4: At is "1\/13", which is no datetime$/,
    ],
    'a list': [
      { 'T.json': '[{"Flag":true},{"Flag":"maybe"}]' },
      /T\.json, record 2: Flag is "maybe", which is no bool$/,
    ],
    'the second file': [{ 'T.1.ndjson': '{"Count":1}', 'T.2.csv': 'Count\n5\nx\n' }, /T\.2\.csv:3: Count is "x"/],
    'long text, on one line': [{ 'T.ndjson': `{"Count":"${'y'.repeat(500)}\\n"}` }, /Count is "y{60}…", which/],
    'the title says datetime': [
      { 'T.csv': 'Count,New [UTC]\n1,soon\n' },
      /T\.csv:2: New is "soon", which is no datetime/,
    ],
  }
  for (const [name, [files, message]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      await assert.rejects(loadFiles(t, files, 'T', { schema: TYPED }), { code: 'local/bad-value', message })
    })
  }
  await t.test('taken as missing, on demand, with the count and the first', async (t) => {
    const files = { 'T.1.ndjson': '{"Count":1}\n{"Count":"x"}\n{"Count":"y"}', 'T.2.ndjson': '{"Count":4}' }
    const { rows, warnings } = await loadFiles(t, files, 'T', { schema: TYPED, badValues: 'null' })
    assert.deepEqual(
      rows.map(({ Count }) => Count),
      [1n, null, null, 4n],
    )
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^T: 2 rows .*T\.1\.ndjson:2: Count is "x", which is no long/)
  })
})

test('records without a column of their table are of something else, and would be rows of nulls', async (t) => {
  const cases: Readonly<Record<string, Files>> = {
    'a saved error': { 'T.json': '{"error":{"code":"BadArgumentError","message":"no"}}' },
    'a list within an object': { 'T.json': '{"value":[{"Count":1}]}' },
    'another table': { 'T.1.ndjson': '{"Count":1}', 'T.2.csv': 'Caller,Level\nann,1\n' },
  }
  for (const [name, files] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const message = /T\..*: no column of the table T is in it, but "(error|value|Caller)"/
      await assert.rejects(loadFiles(t, files, 'T', { schema: TYPED }), { code: 'local/malformed-file', message })
    })
  }
  const custom = { 'T_CL.ndjson': '{"Mine_s":"x"}' }
  const { rows } = await loadFiles(t, custom, 'T_CL', { schema: { ...TYPED, name: 'T_CL' } })
  assert.equal(rows.length, 1, 'of a custom table not all columns need be known')
})

test('a file that may not be read', { skip: process.getuid?.() === 0 ? 'root reads everything' : false }, async (t) => {
  const folder = await folderWith(t, { 'T.ndjson': good })
  await chmod(join(folder, 'T.ndjson'), 0)
  const source = await (await scanDataFolder(folder, [])).open('T')
  assert.ok(source)
  await assert.rejects(load(source), { code: 'local/unreadable', message: /T\.ndjson/ })
})

test('an aborted load says so and leaves nothing behind', async (t) => {
  // A temporary folder of its own: the system's is shared with tests that run beside this one.
  const temporary = tempFolder(t)
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = temporary
  t.after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  })
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await assert.rejects(loadFiles(t, { 'T.ndjson.gz': archive }, 'T', { signal: controller.signal }), {
    message: 'enough',
  })
  const left = (await readdir(temporary)).filter((name) => name.startsWith('hunt-tables-'))
  assert.deepEqual(left, [])
})
