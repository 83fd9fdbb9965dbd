import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { layOutTable } from '../../../src/cli/print/table.ts'
import type { TableColumn } from '../../../src/cli/print/table.ts'

const columns: readonly TableColumn[] = [
  { title: 'Rule', least: 6 },
  { title: 'Rows', align: 'right' },
  { title: 'Status', least: 4 },
]
const rows = [
  ['Unique PowerShell script by Run Command', '1,204', 'complete'],
  ['日本語のルール', '7', 'failed'],
].map((row) => row.map((text) => ({ text })))

test('columns as wide as their cells, numbers to the right, no trailing space', () => {
  assert.deepEqual(layOutTable(columns, rows, undefined), [
    'Rule                                      Rows  Status',
    '───────────────────────────────────────  ─────  ────────',
    'Unique PowerShell script by Run Command  1,204  complete',
    '日本語のルール                               7  failed',
  ])
})

for (const width of [50, 30, 21]) {
  test(`cut to ${width} cells: no line is wider, the number column is whole`, () => {
    const lines = layOutTable(columns, rows, width)
    assert.ok(lines !== undefined)
    for (const line of lines) assert.ok(stringWidth(line) <= width, `${stringWidth(line)}: ${line}`)
    assert.match(lines[2] ?? '', /1,204/)
    assert.match(lines[2] ?? '', /…/)
  })
}

test('undefined when columns would get narrower than they may', () => {
  assert.equal(layOutTable(columns, rows, 18), undefined)
})

test('paint comes after cutting, so that colours never change the layout', () => {
  const painted = [
    [{ text: 'a long name of a rule', paint: (text: string) => `<${text}>` }, { text: '1' }, { text: 'ok' }],
  ]
  assert.equal(layOutTable(columns, painted, 22)?.[2], '<a long …>     1  ok')
})

test('a column may be cut in its middle, so that both its ends tell its cells apart', () => {
  const titles = ['Unique script by Run Command on vm-1', 'Unique script by Run Command on 日本'].map((text) => [
    { text },
  ])
  const lines = layOutTable([{ title: 'Title', least: 10, cut: 'middle' }], titles, 20)
  assert.deepEqual(lines?.slice(2), ['Unique sc…nd on vm-1', 'Unique sc…nd on 日本'])
  for (const line of lines ?? []) assert.ok(stringWidth(line) <= 20, line)
})
