import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFixtureFolder } from '../../../src/rule-tests/fixture-folder.ts'
import type { FixtureTable } from '../../../src/rule-tests/test-file.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('rows are written with every value that YAML has: NaN and the infinities are no null', async (t) => {
  const row = { a: Number.NaN, b: -Infinity, c: 2n ** 64n, d: [Infinity, null], e: 1.5 }
  const folder = await writeFixtureFolder(new Map([['A_CL', { kind: 'rows', rows: [row], places: [] }]]), tempFolder(t))
  t.after(() => folder.remove())
  assert.equal(
    await readFile(join(folder.path, 'A_CL.ndjson'), 'utf8'),
    '{"a":"NaN","b":"-Infinity","c":18446744073709551616,"d":["Infinity",null],"e":1.5}\n',
  )
})

test('what is said of a file in the folder is said of the row or the file that it was made of', async (t) => {
  const parent = tempFolder(t)
  await writeFile(join(parent, 'events.jsonl'), '{}\n')
  const places = [7, 9].map((line) => ({ file: 'rules/x.test.yaml', line, column: 11, length: 5 }))
  const tables: ReadonlyMap<string, FixtureTable> = new Map([
    ['A_CL', { kind: 'rows', rows: [{}, {}], places }],
    ['B_CL', { kind: 'file', path: join(parent, 'events.jsonl'), shown: 'rules/events.jsonl' }],
  ])
  const folder = await writeFixtureFolder(tables, parent)
  t.after(() => folder.remove())
  const [a, b] = ['A_CL', 'B_CL'].map((name) => join(folder.path, `${name}.ndjson`))
  assert.equal(
    folder.retell(`${a}:2: TimeGenerated is "x"; ${b}:2, then ${a}`),
    'rules/x.test.yaml:9: TimeGenerated is "x"; rules/events.jsonl:2, then rules/x.test.yaml',
  )
  const error = { code: 'local/bad-value', message: `${a}:1: x`, hint: `look into ${b}`, retryable: false, context: {} }
  const span = { file: a ?? '', line: 1, column: 1, length: 0 }
  const [place] = places
  assert.deepEqual(folder.retellError({ ...error, span }), {
    ...error,
    message: 'rules/x.test.yaml:7: x',
    hint: 'look into rules/events.jsonl',
    span: place,
  })
  assert.deepEqual(folder.retellError({ ...error, span: { ...span, file: b ?? '' } }).span, {
    ...span,
    file: 'rules/events.jsonl',
  })
})

test('tables of other places lie in folders of their own', async (t) => {
  const rows = { kind: 'rows', rows: [{ a: 1 }], places: [] } as const
  const names = ['workspace("contoso").A_CL', 'app("shop").requests', 'arg("").resources']
  const folder = await writeFixtureFolder(new Map(names.map((name) => [name, rows])), tempFolder(t))
  t.after(() => folder.remove())
  for (const way of ['workspaces/contoso/A_CL', 'apps/shop/requests', 'resource-graph/resources'])
    assert.equal(await readFile(join(folder.path, `${way}.ndjson`), 'utf8'), '{"a":1}\n')
})
