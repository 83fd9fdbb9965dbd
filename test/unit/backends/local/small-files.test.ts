import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { scanDataFolder } from '../../../../src/backends/local/data-folder.ts'
import { columns, folderWith, load, loadFiles, types, type Files } from './support.ts'

const SIGNINS = {
  name: 'SigninLogs',
  columns: columns('TimeGenerated:datetime UserPrincipalName ResultType:long Status:dynamic Risk:dynamic Location'),
}

const record = (n: number, rest: object = {}): string =>
  JSON.stringify({ TimeGenerated: '2026-03-01T10:00:00Z', UserPrincipalName: `u${n}`, ResultType: n, ...rest })

/** Files of a folder, `0.ndjson` and so on, with what each of `contents` has. */
function filesOf(contents: readonly (string | Uint8Array)[], kind = 'ndjson'): Files {
  return Object.fromEntries(
    contents.map((content, index) => {
      const gz = typeof content === 'string' ? '' : '.gz'
      return [`SigninLogs/${String(index).padStart(3, '0')}.${kind}${gz}`, content]
    }),
  )
}

const healthy = (count: number): string[] => Array.from({ length: count }, (_, n) => `${record(n)}\n`)

for (const kind of ['ndjson', 'json']) {
  test(`small ${kind} files that are read in one go give the rows of each, in their order`, async (t) => {
    const contents = [
      `${record(0)}\r\n${record(1, { Location: 'AT' })}`,
      '',
      gzipSync(`${record(2, { userprincipalname: 'other' })}\n`),
      `\uFEFF${record(3, { Status: { code: 1 }, New: '2026-03-01' })}`,
      '\n\n',
      record(4, { Risk_dynamic: [1], New: '2026-03-02' }),
      `${record(5)}\n\n${record(6)}\n`,
      ...Array.from({ length: 50 }, (_, n) => record(n + 7)),
    ]
    const together = await loadFiles(t, filesOf(contents, kind), 'SigninLogs', { schema: SIGNINS })
    assert.deepEqual(
      together.rows.map((row) => row['UserPrincipalName']),
      ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', ...Array.from({ length: 50 }, (_, n) => `u${n + 7}`)],
    )
    const plain = contents.map((content) => (typeof content === 'string' ? content : `${record(2, { userprincipalname: 'other' })}\n`)) // prettier-ignore
    const whole = plain.map((content) => content.replace('\uFEFF', '')).join('\n')
    const one = await loadFiles(t, { 'SigninLogs.ndjson': whole }, 'SigninLogs', { schema: SIGNINS })
    assert.deepEqual(together.rows, one.rows)
    assert.deepEqual(types(together), types(one))
    assert.equal(together.rowCount, 57)
  })
}

test('what is wrong with one of many small files is told as if it were alone, and no row of it is there twice', async (t) => {
  const broken: Readonly<Record<string, string>> = {
    'a record that is no JSON': `${record(1)}\n{"TimeGenerated":\n`,
    'a record that is no object': `${record(1)}\n[1]\n`,
    'a cell that does not fit': `${record(1)}\n${record(2, { ResultType: 'none' })}\n`,
    'a key twice': `{"UserPrincipalName":"a","UserPrincipalName":"b"}\n`,
    'records of something else': `{"Foo":1}\n`,
  }
  for (const [name, content] of Object.entries(broken)) {
    const failure = async (contents: readonly string[]): Promise<Error> => {
      const loading = loadFiles(t, filesOf(contents), 'SigninLogs', { schema: SIGNINS })
      return loading.then(
        () => assert.fail(`${name} should be refused`),
        (error: unknown) => (error instanceof Error ? error : assert.fail()),
      )
    }
    const [first, second] = healthy(2)
    const alone = await failure([first ?? '', second ?? '', content])
    const among = await failure([first ?? '', second ?? '', content, ...healthy(20)])
    const shown = ({ message }: Error): string => message.replace(/.*(?=SigninLogs\/)/, '')
    assert.equal(shown(among), shown(alone), name)
    assert.match(among.message, /002\.ndjson/, name)
  }
  const [first, second] = healthy(2)
  const contents = [first ?? '', second ?? '', broken['a cell that does not fit'] ?? '', ...healthy(20)]
  const taken = await loadFiles(t, filesOf(contents), 'SigninLogs', { schema: SIGNINS, badValues: 'null' })
  assert.equal(taken.rowCount, 24)
  assert.deepEqual(taken.rows.slice(0, 5).map((row) => row['ResultType']), [0n, 1n, 1n, null, 0n]) // prettier-ignore
  assert.match(taken.warnings.join(), /002\.ndjson.*ResultType is "none"/s)
})

test('small files that cannot be read in one go are read one by one', async (t) => {
  const reply = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"UserPrincipalName","type":"string"}],"rows":[["r1"],["r2"]]}]}`
  const odd: Readonly<Record<string, { content: string; kind: string; names: readonly string[] }>> = {
    'a list of records': { content: `[${record(8)},\n${record(9)}]`, kind: 'json', names: ['u8', 'u9'] },
    'a saved answer': { content: reply, kind: 'json', names: ['r1', 'r2'] },
    'half a surrogate pair': { content: `{"UserPrincipalName":"\\ud800"}\n`, kind: 'ndjson', names: ['\uFFFD'] },
  }
  for (const [name, { content, kind, names }] of Object.entries(odd)) {
    const files = filesOf([...healthy(5), content, ...healthy(1)], kind)
    const loaded = await loadFiles(t, files, 'SigninLogs', { schema: SIGNINS })
    const found = loaded.rows.map((row) => row['UserPrincipalName'])
    assert.deepEqual(found, ['u0', 'u1', 'u2', 'u3', 'u4', ...names, 'u0'], name)
  }
})

test('a key means in each file what it means there, whatever keys other files have', async (t) => {
  const apart = `{"UserPrincipalName":"a","Status_dynamic":{"x":1}}\n`
  const both = `{"UserPrincipalName":"b","Status":{"x":2},"Status_dynamic":{"x":3}}\n`
  const files = (rest: readonly string[]): Files => filesOf([apart, both, ...rest])
  const few = await loadFiles(t, files([record(1)]), 'SigninLogs', { schema: SIGNINS })
  const many = await loadFiles(t, files([record(1), ...healthy(9)]), 'SigninLogs', { schema: SIGNINS })
  assert.deepEqual(many.rows.slice(0, 3), few.rows)
  assert.equal(few.rows[0]?.['Status'], '{"x":1}')
})

const HEAD = 'TimeGenerated,UserPrincipalName,ResultType,Location'
const line = (n: number | string, rest = ''): string => `2026-03-01T10:00:00Z,u${n},7,${rest}`

test('small CSV files that are read in one go give the rows of each, in their order', async (t) => {
  const contents = [
    `${HEAD}\r\n${line(0)}\r\n\r\n${line(1, '"A""T\r\n, x"')}`,
    HEAD,
    gzipSync(`${HEAD}\n${line(2)}\n`),
    `\uFEFF"TimeGenerated",UserPrincipalName,ResultType,Location\n${line(3)}`,
    `${HEAD}\n`,
    ...Array.from({ length: 150 }, (_, n) => `${HEAD}\n${line(n + 4)}\n`),
  ]
  const together = await loadFiles(t, filesOf(contents, 'csv'), 'SigninLogs', { schema: SIGNINS })
  const lines = [line(0), line(1, '"A""T\r\n, x"'), ...Array.from({ length: 152 }, (_, n) => line(n + 2))]
  const whole = { 'SigninLogs.csv': [HEAD, ...lines, ''].join('\r\n') }
  const one = await loadFiles(t, whole, 'SigninLogs', { schema: SIGNINS })
  assert.deepEqual(together.rows, one.rows)
  assert.deepEqual(types(together), types(one))
  assert.equal(together.rowCount, 154)
})

for (const schema of [SIGNINS, undefined]) {
  const whose = schema === undefined ? ' of a table without a schema' : ''
  test(`what is wrong with one of many small CSV files${whose} is told as if it were alone`, async (t) => {
    const broken: Readonly<Record<string, string>> = {
      'a quote that does not end': `${HEAD}\n${line(1)}\n${line(2, '"x')}\n`,
      'too few cells': `${HEAD}\n${line(1)}\n2026-03-01T10:00:00Z,u\n`,
      ...(schema === undefined ? {} : { 'a cell that does not fit': `${HEAD}\n2026-03-01T10:00:00Z,u,none,\n` }),
      'too many cells': `${HEAD}\n${line(1)},x\n`,
      'no header': '',
      'text that is not UTF-8': 'latin',
    }
    const healthy = (count: number): string[] => Array.from({ length: count }, (_, n) => `${HEAD}\n${line(n, '"y"')}\n`)
    for (const [name, content] of Object.entries(broken)) {
      const bytes = content === 'latin' ? gzipSync(Buffer.from(`${HEAD}\n${line('\u00fc')}\n`, 'latin1')) : content
      const failure = async (contents: readonly (string | Uint8Array)[]): Promise<string> => {
        const loading = loadFiles(t, filesOf(contents, 'csv'), 'SigninLogs', { schema })
        return loading.then(
          () => assert.fail(`${name} should be refused`),
          (error: unknown) =>
            error instanceof Error ? error.message.replace(/.*(?=SigninLogs\/)/, '') : assert.fail(),
        )
      }
      const alone = await failure([...healthy(2), bytes])
      assert.equal(await failure([...healthy(2), bytes, ...healthy(20)]), alone, name)
      assert.match(alone, /002\.csv/, name)
    }
  })
}

test('small CSV files of a table without a schema may begin with one that is a header without a line end', async (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const contents = ['A,B', ...Array.from({ length: 5 }, (_, n) => ['A,B', `${n},x`, ''].join(end))]
    const files = Object.fromEntries(contents.map((content, index) => [`T_CL/${index}.csv`, content]))
    const { rows } = await loadFiles(t, files, 'T_CL')
    assert.deepEqual(rows.map((row) => Number(row['A'])), [0, 1, 2, 3, 4], JSON.stringify(end)) // prettier-ignore
  }
})

test('CSV files with line breaks in cells are right however many there are', async (t) => {
  const like = (n: number): string => Array.from({ length: 40 }, (_, at) => `9000${n}${at},in${at},zz`).join('\n')
  const rows = (file: number): string =>
    Array.from({ length: 200 }, (_, n) => `${file * 200 + n},"${like(n)}",${'z'.repeat(n % 90)}\n`).join('')
  const contents = Array.from({ length: 260 }, (_, file) => `id,b,c\n${rows(file)}`)
  const small = Object.fromEntries(
    contents.map((content, index) => [`T_CL/${String(index).padStart(3, '0')}.csv`, content]),
  )
  const large = {
    'T_CL.csv': `id,b,c\n${contents.map((content) => content.slice(content.indexOf('\n') + 1)).join('')}`,
  }
  assert.ok(Buffer.byteLength(large['T_CL.csv']) > 2 ** 25)
  for (const files of [small, large]) {
    const loaded = await loadFiles(t, files, 'T_CL')
    assert.equal(loaded.rowCount, 52_000)
    assert.deepEqual(loaded.rows.slice(51_998).map((row) => [Number(row['id']), row['b']]), [[51_998, like(198)], [51_999, like(199)]]) // prettier-ignore
  }
})

test('small CSV files with several headers are read one by one', async (t) => {
  const others = [`UserPrincipalName,New\nother,2026-03-01\n`, `Location,UserPrincipalName\nAT,turned\n`]
  const same = Array.from({ length: 5 }, (_, n) => `${HEAD}\n${line(n)}\n`)
  const loaded = await loadFiles(t, filesOf([...same, ...others, ...same], 'csv'), 'SigninLogs', { schema: SIGNINS })
  const names = loaded.rows.map((row) => row['UserPrincipalName'])
  const five = ['u0', 'u1', 'u2', 'u3', 'u4']
  assert.deepEqual(names, [...five, 'other', 'turned', ...five])
  assert.equal(loaded.rows[6]?.['Location'], 'AT')
})

test('a load that is aborted among its files ends there', async (t) => {
  const folder = await folderWith(t, filesOf(healthy(2000)))
  const source = await (await scanDataFolder(folder, ['SigninLogs'])).open('SigninLogs')
  if (source === undefined) throw new Error('no table')
  const reason = new Error('enough')
  for (const delay of [1, 20, 100, 200]) {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(reason), delay)
    // Which step it meets depends on the machine; each must pass the reason on, or have ended before.
    await load(source, { schema: SIGNINS, signal: stop.signal }).catch((error: unknown) => assert.equal(error, reason))
    clearTimeout(timer)
  }
})
