import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadsheetSafe } from '../../../src/text/spreadsheet.ts'

for (const [what, text, expected] of [
  ['plain text stays', 'powershell -File script0.ps1', 'powershell -File script0.ps1'],
  ['empty text stays', '', ''],
  ['equals sign', "=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"],
  ['plus', '+SUM(A1)', "'+SUM(A1)"],
  ['minus', '-2+3', "'-2+3"],
  ['at', '@SUM(1)', "'@SUM(1)"],
  ['tab', '\t=1', "'\t=1"],
  ['carriage return', '\r=1', "'\r=1"],
  ['line feed', '\n=1', "'\n=1"],
  ['NUL', '\u0000=1', "'\u0000=1"],
  ['white space before', '  =1+1', "'  =1+1"],
  ['no-break space before', '\u00a0=1+1', "'\u00a0=1+1"],
  ['full-width equals sign', '\uff1d1+1', "'\uff1d1+1"],
  ['a command-line switch', '-EncodedCommand SQBFAFgA', "'-EncodedCommand SQBFAFgA"],
  ['a quote that would be read as our escape', "'=1", "''=1"],
  ['a quote before harmless text stays', "'quoted'", "'quoted'"],
  ['negative number stays', '-5', '-5'],
  ['signed decimal stays', '+1.5e-3', '+1.5e-3'],
  ['negative timespan stays', '-1.02:03:04.0000005', '-1.02:03:04.0000005'],
  ['a number with something behind it', '-5+A1', "'-5+A1"],
  ['minus infinity as text', '-Infinity', "'-Infinity"],
] as const) {
  test(`spreadsheetSafe: ${what}`, () => assert.equal(spreadsheetSafe(text), expected))
}

test('removing one quote from an escaped cell gives the original back, and no other cell looks escaped', () => {
  const isEscaped = (cell: string): boolean => cell.startsWith("'") && spreadsheetSafe(cell.slice(1)) === cell
  for (const text of ['=1', "'=1", "''=1", "' =1", "'x", '-5', '\t', "'-5", 'x', '']) {
    const cell = spreadsheetSafe(text)
    assert.equal(isEscaped(cell) ? cell.slice(1) : cell, text, JSON.stringify(text))
  }
})
