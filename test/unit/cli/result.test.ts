import assert from 'node:assert/strict'
import { test } from 'node:test'
import pc from 'picocolors'
import stringWidth from 'string-width'
import { resultLines } from '../../../src/cli/print/result-table.ts'
import { csvPieces, jsonPieces, ndjsonPieces } from '../../../src/cli/print/result-text.ts'
import type { ResultTable } from '../../../src/domain/kusto.ts'

const table: ResultTable = {
  columns: [
    { name: 'Caller', type: 'string' },
    { name: 'Bytes', type: 'long' },
    { name: 'Claims', type: 'dynamic' },
  ],
  rows: [
    ['\u001b[31mmallory\r\n', 9007199254740993n, '{"a":1}'],
    ["=cmd|'/c calc'!A0", -5n, null],
  ],
}
const terminal = (width: number | undefined) => ({
  width,
  styles: pc.createColors(false),
  isInteractive: false,
  drawsBlocks: true,
})

test('a table for people: numbers to the right, nulls named, nothing that moves the cursor', () => {
  assert.deepEqual(resultLines(table, terminal(undefined)), [
    'Caller                          Bytes  Claims',
    '───────────────────  ────────────────  ───────',
    '\\x1b[31mmallory\\r\\n  9007199254740993  {"a":1}',
    "=cmd|'/c calc'!A0                  -5  null",
  ])
})

test('columns that would get too narrow become records of lines', () => {
  const wide: ResultTable = {
    columns: Array.from({ length: 9 }, (_, index) => ({ name: `Column${index}`, type: 'string' as const })),
    rows: [Array.from({ length: 9 }, (_, index) => (index === 4 ? '' : `value ${index} `.repeat(20)))],
  }
  const lines = resultLines(wide, terminal(80))
  assert.match(lines[0] ?? '', /^── row 1, 1 empty column left out ─+$/)
  assert.match(lines[1] ?? '', /^Column0  value 0 value 0/)
  for (const line of lines) assert.ok(stringWidth(line) <= 80, line)
})

test('CSV: no formula, no lost digit, null is empty', () => {
  assert.equal(
    [...csvPieces(table)].join(''),
    'Caller,Bytes,Claims\r\n"\u001b[31mmallory\r\n",9007199254740993,"{""a"":1}"\r\n\'=cmd|\'/c calc\'!A0,-5,\r\n',
  )
})

test('NDJSON: one object a line, a long beyond doubles as a string, dynamic nested', () => {
  assert.equal(
    [...ndjsonPieces(table)].join(''),
    '{"Caller":"\\u001b[31mmallory\\r\\n","Bytes":"9007199254740993","Claims":{"a":1}}\n' +
      '{"Caller":"=cmd|\'/c calc\'!A0","Bytes":-5,"Claims":null}\n',
  )
})

test('JSON: one document, also when there is no row', () => {
  const parsed: unknown = JSON.parse([...jsonPieces(table)].join(''))
  assert.deepEqual((parsed as { columns: unknown }).columns, table.columns)
  assert.equal((parsed as { rows: unknown[] }).rows.length, 2)
  assert.deepEqual(JSON.parse([...jsonPieces({ ...table, rows: [] })].join('')), { columns: table.columns, rows: [] })
})

test('more rows than one batch stay one valid document', () => {
  const rows = Array.from({ length: 2500 }, (_, index) => [`u${index}`, BigInt(index), null])
  const parsed = JSON.parse([...jsonPieces({ ...table, rows })].join('')) as { rows: { Caller: string }[] }
  assert.equal(parsed.rows.length, 2500)
  assert.equal(parsed.rows[2499]?.Caller, 'u2499')
})
