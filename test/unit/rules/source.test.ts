import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBytes } from '../../../src/rules/source/decode-bytes.ts'
import { kqlCode, scanKql } from '../../../src/rules/source/kql-scan.ts'
import { applyEdits, composeMaps } from '../../../src/rules/source/offset-map.ts'
import { readQueryText } from '../../../src/rules/source/query-text.ts'
import { createSourceText } from '../../../src/rules/source/source-text.ts'
import { mapScalar } from '../../../src/rules/source/scalar-runs.ts'

test('edits map back to the text before them', () => {
  const { text, map } = applyEdits('abcdef', [
    { offset: 4, remove: 1, insert: '' },
    { offset: 1, remove: 2, insert: 'XYZ' },
    { offset: 6, remove: 0, insert: '!' },
  ])
  assert.equal(text, 'aXYZdf!')
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((offset) => map.toOriginal(offset)),
    [0, 1, 1, 1, 3, 5, 6],
  )
})

test('two rounds of edits map back to the first text', () => {
  const first = applyEdits('\tquery\n', [{ offset: 0, remove: 1, insert: '  ' }])
  const second = applyEdits(first.text, [{ offset: 0, remove: 0, insert: '----' }])
  assert.equal(second.text, '----  query\n')
  assert.equal(composeMaps(first.map, second.map).toOriginal(second.text.indexOf('query')), 1)
})

test('spans count lines and columns from one and stay inside of their line', () => {
  const source = createSourceText({ file: 'f', sha256: '', original: 'one\r\ntwo\n\nfour' })
  assert.deepEqual(source.span(5, 8), { file: 'f', line: 2, column: 1, length: 3 })
  assert.deepEqual(source.span(6, 99), { file: 'f', line: 2, column: 2, length: 2 })
  assert.deepEqual(source.span(14, 14), { file: 'f', line: 4, column: 5, length: 0 })
  assert.deepEqual([1, 2, 3, 4, 5, 0].map(source.line), ['one', 'two', '', 'four', '', ''])
})

const utf16be = Buffer.from('\ufeffquery: ü\n', 'utf16le').swap16()
const encodings: readonly {
  readonly name: string
  readonly bytes: Uint8Array
  readonly text: string
  readonly note?: RegExp
}[] = [
  { name: 'UTF-8', bytes: Buffer.from('query: ü\n'), text: 'query: ü\n' },
  { name: 'UTF-8 with a mark', bytes: Buffer.from('\ufeffquery: ü\n'), text: 'query: ü\n', note: /byte order mark/ },
  {
    name: 'a replacement character of the file itself',
    bytes: Buffer.from('query: \ufffd\n'),
    text: 'query: \ufffd\n',
  },
  { name: 'UTF-16 LE', bytes: Buffer.from('\ufeffquery: ü\n', 'utf16le'), text: 'query: ü\n', note: /little-endian/ },
  { name: 'UTF-16 BE', bytes: utf16be, text: 'query: ü\n', note: /big-endian/ },
  {
    name: 'UTF-16 LE without a mark',
    bytes: Buffer.from('query: ü\n', 'utf16le'),
    text: 'query: ü\n',
    note: /little-endian/,
  },
  { name: 'Windows-1252', bytes: Buffer.from('query: \u00fc\n', 'latin1'), text: 'query: ü\n', note: /Windows-1252/ },
  {
    name: 'lone carriage returns',
    bytes: Buffer.from('id: 1\rquery: T\r'),
    text: 'id: 1\nquery: T\n',
    note: /carriage/,
  },
  { name: 'nothing', bytes: new Uint8Array(), text: '' },
]

for (const { name, bytes, text, note } of encodings) {
  test(`bytes are decoded: ${name}`, () => {
    const decoded = decodeBytes(bytes)
    assert.ok(decoded.kind === 'text')
    assert.equal(decoded.text, text)
    assert.equal(decoded.notes.length, note === undefined ? 0 : 1)
    if (note !== undefined) assert.match(decoded.notes[0]?.message ?? '', note)
  })
}

test('zero bytes that are no UTF-16 mean a binary file', () => {
  assert.equal(decodeBytes(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 1)).kind, 'binary')
})

const code: readonly { readonly name: string; readonly kql: string; readonly left: string }[] = [
  { name: 'comment', kql: 'T // a "b\n| x', left: 'T        \n| x' },
  { name: 'address in a string', kql: 'T "http://x" y', left: 'T            y' },
  { name: 'escaped quote', kql: "T 'a\\'b' y", left: 'T        y' },
  { name: 'verbatim string with a backslash at its end', kql: 'T @"c:\\" y', left: 'T @      y' },
  { name: 'verbatim string with doubled quotes', kql: 'T @"a""b" y', left: 'T @       y' },
  { name: 'unclosed string ends with its line', kql: 'T "a\ny', left: 'T   \ny' },
  { name: 'string over lines', kql: 'T ```a\n// b``` y', left: 'T     \n        y' },
]

for (const { name, kql, left } of code) {
  test(`comments and strings are told from code: ${name}`, () => {
    assert.equal(kqlCode(kql), left)
    const pieces = scanKql(kql)
    assert.equal(pieces.map(({ start, end }) => kql.slice(start, end)).join(''), kql)
  })
}

const queries: readonly {
  readonly name: string
  readonly value: string
  readonly text: string
  readonly fence: boolean
}[] = [
  { name: 'without a fence', value: 'T | take 1;\n\n', text: 'T | take 1;', fence: false },
  { name: 'in a fence', value: '```kusto\nT\n| take 1\n```\n', text: 'T\n| take 1', fence: true },
  { name: 'in a fence of tildes without a language', value: '\n~~~\nT\n~~~', text: 'T', fence: true },
  { name: 'in a fence on one line', value: '```kql T | take 1 ```', text: 'T | take 1', fence: true },
  { name: 'in a fence that is not closed', value: '```KQL\nT\n', text: 'T', fence: true },
  { name: 'a string over lines is no fence', value: 'print ```a```', text: 'print ```a```', fence: false },
  { name: 'only a fence', value: '```kusto\n```', text: '', fence: true },
]

for (const { name, value, text, fence } of queries) {
  test(`a query is taken out of its wrapping: ${name}`, () => {
    const query = readQueryText(value, false, () => mapScalar(value, 0, value.length, undefined, value))
    assert.deepEqual([query.text, query.hadFence], [text, fence])
  })
}
