import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Document, isScalar, parseDocument } from 'yaml'
import type { ScalarStyle } from '../../../src/rules/source/scalar-runs.ts'
import { mapScalar } from '../../../src/rules/source/scalar-runs.ts'
import { locate } from '../../../src/rules/source/runs.ts'

/** Reads `q` of a document and checks that the mapped value is the parser's, character for character. */
function mapQuery(text: string) {
  const node = parseDocument(text).get('q', true)
  assert.ok(isScalar(node) && node.range && typeof node.value === 'string')
  const mapped = mapScalar(text, node.range[0], node.range[1], node.type as ScalarStyle, node.value)
  return { value: node.value, mapped }
}

const styles: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'literal', text: 'q: |\n  Alpha\n  | where Beta == 1\n' },
  { name: 'literal, last line without end', text: 'q: |\n  Alpha\n  | where Beta == 1' },
  { name: 'literal, stripped', text: 'q: |-\n  Alpha\n  | take 1\n\n\nz: 1\n' },
  { name: 'literal, kept', text: 'q: |+\n  Alpha\n  | take 1\n\n\nz: 1\n' },
  { name: 'literal, explicit indent', text: 'q: |2-\n    Alpha\n  | take 1\n' },
  { name: 'literal, comment in the header', text: 'q: | # the query\n  Alpha\n  | take 1\n' },
  { name: 'literal, empty lines and deeper lines', text: 'q: |\n\n  Alpha\n\n    | take 1\n   \n  | take 2\n' },
  { name: 'literal, CRLF', text: 'q: |\r\n  Alpha\r\n\r\n  | take 1\r\nz: 1\r\n' },
  { name: 'literal, tab behind the indentation', text: 'q: |\n  Alpha\n  \t| take 1\n' },
  { name: 'literal, nested', text: 'a:\n  - q: 1\nq: |\n      Alpha\n      | take 1\n' },
  { name: 'folded', text: 'q: >\n  Alpha\n  | where Beta\n  == 1\n' },
  { name: 'folded, stripped', text: 'q: >-\n  Alpha\n  | take 1\n' },
  { name: 'folded, empty lines', text: 'q: >\n  Alpha\n\n  | take 1\n\n\n  | take 2\n' },
  { name: 'folded, deeper lines', text: 'q: >\n  Alpha\n    | take 1\n    | take 2\n  | take 3\n' },
  { name: 'folded, deeper after empty', text: 'q: >\n  Alpha\n\n    | take 1\n\n  | take 3\n' },
  { name: 'folded, leading empty lines', text: 'q: >+\n\n\n  Alpha\n  Beta\n\n\nz: 1\n' },
  { name: 'folded, CRLF', text: 'q: >\r\n  Alpha\r\n  | take 1\r\n\r\n  | take 2\r\n' },
  { name: 'plain', text: 'q: Alpha | take 1\n' },
  { name: 'plain on the next lines', text: 'q:\n  Alpha\n  | take 1\n\n  | take 2\nz: 1\n' },
  {
    name: 'plain with trailing white space, CRLF',
    text: 'q: Alpha  \r\n    | take 1 \t\r\n\r\n    | take 2\r\nz: 1\r\n',
  },
  { name: 'plain with a comment behind', text: 'q: Alpha | take 1 # why\nz: 1\n' },
  { name: 'single-quoted', text: "q: 'Alpha | where Beta == ''x'' or Gamma == '''''\n" },
  { name: 'single-quoted over lines', text: "q: 'Alpha\n\n  | where Beta == ''x''  \n  | take 1\n  '\n" },
  {
    name: 'double-quoted with escapes',
    text: 'q: "Alpha\\r\\n| where Beta == \\"x\\\\y\\" \\u0041\\x42 \\t| take 1"\n',
  },
  { name: 'double-quoted over lines', text: 'q: "Alpha  \n\n\n    | where Beta\n    == 1 \\\n    | take 1"\n' },
  { name: 'double-quoted, escaped line ends, CRLF', text: 'q: "Alpha\\n\\\r\n    \\  | take 1\r\n    | take 2"\r\n' },
  {
    name: 'double-quoted, astral and wide characters',
    text: 'q: "Alpha | where Beta == \\"\\U0001F600é漢😀\\" | take 1"\n',
  },
  { name: 'double-quoted, trailing blanks before the quote', text: 'q: "Alpha  "\n' },
  { name: 'single-quoted, empty', text: "q: ''\n" },
  { name: 'in a flow mapping', text: '{"q": "Alpha\\n| take 1", "z": 1}\n' },
]

for (const { name, text } of styles) {
  test(`a scalar maps back to its file: ${name}`, () => {
    const { value, mapped } = mapQuery(text)
    assert.equal(mapped.text, value)
    let at = 0
    for (const run of mapped.runs) {
      assert.equal(run.at, at, 'runs cover the value without a gap')
      at += run.length
      const inFile = text.slice(run.source, run.source + run.sourceLength)
      const inValue = value.slice(run.at, run.at + run.length)
      const written = run.length === run.sourceLength && inFile === inValue
      // A run that differs is an escape, a doubled quote or a line end, never ordinary text.
      assert.ok(
        written || /^(\\|''|[ \t\r]*\n|$)/.test(inFile),
        `${JSON.stringify(inFile)} for ${JSON.stringify(inValue)}`,
      )
    }
    assert.equal(at, value.length)
  })

  test(`a word is found where it stands: ${name}`, () => {
    const { value, mapped } = mapQuery(text)
    for (const word of ['Alpha', 'Beta', 'take', 'where']) {
      const offset = value.lastIndexOf(word)
      if (offset === -1) continue
      const [start, end] = locate(mapped, offset, word.length)
      assert.equal(text.slice(start, end), word)
      assert.equal(start, text.lastIndexOf(word))
    }
  })
}

test('an escape is one place of several characters', () => {
  const { value, mapped } = mapQuery('q: "a\\u0041b"\n')
  assert.equal(value, 'aAb')
  assert.deepEqual(locate(mapped, 1, 1), [5, 11])
  assert.deepEqual(locate(mapped, 0, 3), [4, 12])
})

test('an offset behind the end is the end', () => {
  const { value, mapped } = mapQuery('q: abc\n')
  assert.deepEqual(locate(mapped, value.length, 0), [6, 6])
  assert.deepEqual(locate(mapped, 99, 5), [6, 6])
})

test('a value that cannot be followed still maps to its scalar', () => {
  const mapped = mapScalar('q: abc', 3, 6, 'PLAIN', 'other')
  assert.equal(mapped.text, 'other')
  assert.deepEqual(locate(mapped, 2, 1), [3, 6])
})

/** A small generator of pseudo-random numbers, so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state % below
  }
}

const PIECES = [
  'Alpha',
  ' ',
  '  ',
  '\n',
  '\n\n',
  "'",
  '"',
  '\\',
  '\t',
  'é',
  '😀',
  '| where',
  ': ',
  ' #',
  '//',
  ';',
  '\u00a0',
]

for (const style of ['BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'] as const) {
  test(`whatever the package writes as ${style} maps back exactly`, () => {
    const next = numbers(20260302)
    for (let round = 0; round < 400; round += 1) {
      const value = Array.from({ length: 1 + next(14) }, () => PIECES[next(PIECES.length)] ?? '').join('')
      const document = new Document({ a: { q: value } })
      const scalar = document.getIn(['a', 'q'], true)
      assert.ok(isScalar(scalar))
      scalar.type = style
      const text = document.toString({ lineWidth: 20 + next(60) })
      const node = parseDocument(text).getIn(['a', 'q'], true)
      assert.ok(isScalar(node) && node.range && typeof node.value === 'string')
      const mapped = mapScalar(text, node.range[0], node.range[1], node.type as ScalarStyle, node.value)
      const isCoarse = mapped.runs.length === 1 && mapped.runs[0]?.sourceLength !== mapped.runs[0]?.length
      // White space alone has no place that anybody would point at.
      assert.ok(!isCoarse || node.value.trim().length <= 1, `coarse for ${JSON.stringify(text)}`)
      for (const run of mapped.runs) {
        if (run.length !== run.sourceLength) continue
        const inFile = text.slice(run.source, run.source + run.sourceLength)
        const inValue = node.value.slice(run.at, run.at + run.length)
        assert.ok(inFile === inValue || run.isFold, `${JSON.stringify(text)}: ${JSON.stringify([inFile, inValue])}`)
      }
    }
  })
}
