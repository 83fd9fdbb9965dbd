import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { csvLines } from '../../../src/text/csv.ts'
import { manyCsvLines } from '../../../src/text/many-csv-lines.ts'

for (const [what, cell, expected] of [
  ['plain text', 'plain', 'plain'],
  ['the missing string', '', ''],
  ['null', null, ''],
  ['a long', 9007199254740993n, '9007199254740993'],
  ['a bool', true, 'true'],
  ['a negative number', -5.5, '-5.5'],
  ['a comma', 'a,b', '"a,b"'],
  ['a quote', 'a"b', '"a""b"'],
  ['a semicolon, at which LibreOffice splits', 'a;b', '"a;b"'],
  ['a tab, at which LibreOffice splits', 'a\tb', '"a\tb"'],
  // Unquoted, each of the three would begin a row, and the row could begin with a formula.
  ['a line feed', 'a\n=1+1', '"a\n=1+1"'],
  ['a carriage return', 'a\r=1+1', '"a\r=1+1"'],
  ['both', 'a\r\n=1+1', '"a\r\n=1+1"'],
  ['a formula', '=1+1', "'=1+1"],
] as const) {
  test(`csvLines: ${what}`, () => assert.equal(csvLines([['x', cell, 'y']]), `x,${expected},y\r\n`))
}

test('csvLines: rows end with CRLF, and no rows are no text', () => {
  assert.equal(csvLines([['a', 'b'], ['c']]), 'a,b\r\nc\r\n')
  assert.equal(csvLines([]), '')
})

test('csvLines: a row of one empty field is no empty line', () => {
  assert.equal(csvLines([[''], [null]]), '""\r\n""\r\n')
  assert.equal(csvLines([['', '']]), ',\r\n')
})

test('csvLines: a reader gets every cell back, whatever stands in it', () => {
  const parts = ['a', '"', ',', ';', '\t', '\r', '\n', '\r\n', ' ', 'ü', '\\', "'", '\u0000', '\u2028', '😀']
  const cells = parts.flatMap((first) => parts.flatMap((second) => parts.map((third) => `x${first}${second}${third}`)))
  const rows = cells.map((cell, index) => [String(index), cell, 'end'])
  assert.deepEqual(parse(csvLines(rows), { record_delimiter: '\r\n' }), rows)
  // A reader for which every kind of line break ends a row.
  const breaks = ['\r\n', '\n', '\r']
  assert.deepEqual(parse(csvLines(rows), { record_delimiter: breaks }), rows)
})

test('manyCsvLines: the bytes of csvLines, whatever stands in the cells', () => {
  const parts = [
    '',
    'a',
    '"',
    ',',
    ';',
    '\t',
    '\r',
    '\n',
    ' ',
    '=',
    '-',
    '@',
    'ü',
    '\\',
    "'",
    '\u0000',
    '\u2028',
    '😀',
    '\ufeff',
  ]
  const cells = parts.flatMap((first) => parts.flatMap((second) => parts.map((third) => `${first}${second}${third}`)))
  const others = [null, true, false, 0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 9007199254740993n]
  const rows = [...cells, ...others].map((cell, index) => [cell, index, 'end'])
  assert.equal(manyCsvLines(rows), csvLines(rows))
  for (const narrow of [
    [...cells, ...others].map((cell) => [cell]),
    [[''], [null]],
    [['', '']],
    [[''], ['', '']],
    [],
  ]) {
    assert.equal(manyCsvLines(narrow), csvLines(narrow))
  }
})
