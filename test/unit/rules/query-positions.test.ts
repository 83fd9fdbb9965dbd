import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadRules } from '../../../src/rules/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hunt-positions-'))
after(() => rmSync(folder, { recursive: true }))

async function ruleOf(text: string | Uint8Array) {
  writeFileSync(join(folder, 'rule.yaml'), text)
  const { rules, diagnostics } = await loadRules(['rule.yaml'], { cwd: folder })
  const [rule] = rules
  assert.ok(rule, diagnostics.map(({ message }) => message).join('; '))
  return rule
}

/**
 * Each query names `Target` once, and the file has it once: wherever the YAML puts it, the span must be that place, in the
 * file as it is on disk.
 */
const files: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'literal block', text: 'id: 1\nquery: |\n  Table\n  | where Target == 1\n' },
  { name: 'literal block, deep indentation', text: 'query: |\n          Table\n          | where Target == 1\n' },
  { name: 'literal block, explicit indentation', text: 'query: |2\n    Table\n  | where Target == 1\n' },
  { name: 'literal block, CRLF', text: 'id: 1\r\nquery: |\r\n  Table\r\n\r\n  | where Target == 1\r\n' },
  { name: 'literal block behind an emoji', text: 'name: "😀"\nquery: |\n  Table // 😀 漢\n  | where "é" == Target\n' },
  { name: 'folded block', text: 'query: >-\n  Table\n  | where\n  Target\n  == 1\n' },
  { name: 'folded block with a comment', text: 'query: >\n  Table // all\n  // of it\n  | where Target == 1\n' },
  { name: 'plain', text: 'query: Table | where Target == 1\n' },
  { name: 'plain over lines', text: 'query:\n  Table\n  | where\n\n  Target == 1\nname: x\n' },
  { name: 'single-quoted', text: "query: 'Table | where A == ''x'' and Target == 1'\n" },
  { name: 'single-quoted over lines', text: "query: 'Table\n\n  | where A == ''x''\n    and Target == 1'\n" },
  { name: 'double-quoted', text: 'query: "Table\\r\\n| where A == \\"x\\\\\\" and Target == 1"\n' },
  { name: 'double-quoted over lines', text: 'query: "Table \\\n    | where\n\n    Target == 1"\n' },
  { name: 'double-quoted with code points', text: 'query: "T\\u0061ble\\n| where \\"\\U0001F600\\" == Target"\n' },
  { name: 'fence in a literal block', text: 'query: |\n  ```kusto\n  Table\n  | where Target == 1\n  ```\n' },
  { name: 'fence in double quotes', text: '---\nquery: "```kusto\\nTable\\n| where Target == 1\\n```"\n---\n' },
  { name: 'fence in a folded block', text: 'query: >\n  ```kql\n  Table\n  | where Target == 1\n  ```\n' },
  { name: 'fence around the file', text: '```yaml\nquery: |\n  Table\n  | where Target == 1\n```\n' },
  { name: 'tab indentation', text: 'query: |\n\tTable\n\t| where Target == 1\nname: x\n' },
  { name: 'mixed indentation', text: 'query: |\n  Table\n\t| where Target == 1\nname: x\n' },
  { name: 'lost indentation', text: 'id: 1\nquery: |\nTable\n| where Target == 1\nname: x\n' },
  { name: 'lost indentation without a bar', text: 'query:\nlet x = 1;\nTable\n| where Target == x\nname: x\n' },
  { name: 'fence without quotes', text: 'query: ```kusto\nTable\n| where Target == 1\n```\nname: x\n' },
  { name: 'value quoted by repair before it', text: 'name: a: b: c\nquery: |\n  Table\n  | where Target == 1\n' },
  { name: 'damaged section before it', text: 'tactics: [A\nquery: |\n  Table\n  | where Target == 1\n' },
  { name: 'ARM export', text: 'properties:\n  displayName: x\n  query: |\n    Table\n    | where Target == 1\n' },
  { name: 'JSON', text: '{"properties": {"displayName": "x", "query": "Table\\n| where Target == 1"}}\n' },
  { name: 'second document', text: 'query: Table\n---\nquery: |\n  Table\n  | where Target == 1\n' },
]

for (const { name, text } of files) {
  test(`an offset in the query is a place in the file: ${name}`, async () => {
    writeFileSync(join(folder, 'rule.yaml'), text)
    const { rules } = await loadRules(['rule.yaml'], { cwd: folder })
    const rule = rules.find(({ query }) => query.includes('Target'))
    assert.ok(rule)
    const lines = text.split('\n')
    const line = lines.findIndex((content) => content.includes('Target'))
    const span = rule.source.querySpan(rule.query.indexOf('Target'), 'Target'.length)
    assert.deepEqual(span, {
      file: 'rule.yaml',
      line: line + 1,
      column: (lines[line]?.indexOf('Target') ?? -1) + 1,
      length: 'Target'.length,
    })
    assert.equal(rule.source.line(span.line), lines[line]?.replace(/\r$/, ''))
  })
}

const RICH = `let a = '😀 it''s';
Table // 😀
| where "x\\\\" != 'é\t'

\t| where\tTarget == 1
    | extend z = "漢" // t
| project a,
          b`
const block = (header: string, indentation: string): string =>
  `id: 1\nquery: ${header}\n${RICH.replace(/^(?=.)/gm, indentation)}\nname: x\n`
const flow = (quote: string, text: string): string =>
  `query: ${quote}Table | where A == '😀' and\n    B ==\t2\n\n  | where ${text} == 1 and C == 3${quote}\nname: x\n`

const styles: Readonly<Record<string, string>> = {
  literal: block('|', '  '),
  'literal, kept, deep': block('|+', '      '),
  'literal, indicator': block('|2', '    '),
  'literal, both indicators and a comment': block('|3- # why', '   '),
  folded: block('>', '  '),
  'folded, stripped': block('>-', '   '),
  'folded, indicator': block('>2', '    '),
  plain: flow('', 'Target'),
  'single-quoted': flow("'", "''Target''").replace("'😀'", "''😀''"),
  'double-quoted': flow('"', '\\"Target\\"').replace('😀', '\\U0001F600'),
  'double-quoted, surrogates': `query: "T | where A == '\\ud83d\\ude00' and Target == 1"\n`,
  'double-quoted, one line': `query: ${JSON.stringify(RICH)}\n`,
  'behind an anchor and a tag': 'query: &q !!str |\n  Table\n\n   | where Target == 1\n',
  'behind an alias': 'x: &q >-\n  Table\n  | where Target == 1\nquery: *q\n',
  'blank lines before it': 'query: >\n\n\n  Table\n\n    | where\n\n\n  Target == 1\n',
  'line separators that YAML leaves alone': 'query: |\n  Table // \u2028 \u0085\n  | where Target == 1\n',
}
const encodings: Readonly<Record<string, (text: string) => Uint8Array>> = {
  LF: (text) => Buffer.from(text),
  CRLF: (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  CR: (text) => Buffer.from(text.replaceAll('\n', '\r')),
  'a mark and CRLF': (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`),
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  tabs: (text) => Buffer.from(text.replaceAll('\n  ', '\n\t')),
}

for (const [style, text] of Object.entries(styles)) {
  test(`every character of a query is where the file has it: ${style}`, async () => {
    for (const [encoding, encode] of Object.entries(encodings)) {
      const { query, source } = await ruleOf(encode(text))
      const misplaced = [...query.matchAll(/[^\s]/g)].filter(({ 0: character, index }) => {
        const { line, column } = source.querySpan(index, 1)
        const there = source.line(line)[column - 1]
        return there !== character && there !== '\\'
      })
      assert.deepEqual(misplaced, [], encoding)
      const { line, column, length } = source.querySpan(query.indexOf('Target'), 'Target'.length)
      assert.equal(source.line(line).substr(column - 1, length), 'Target', encoding)
    }
  })
}

test('a byte order mark and UTF-16 do not shift columns', async () => {
  const text = 'query: Table | where Target == 1\n'
  const marked = await ruleOf(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]))
  assert.equal(marked.source.querySpan(marked.query.indexOf('Target'), 6).column, text.indexOf('Target') + 1)
  const wide = await ruleOf(Buffer.from(`\ufeff${text}`, 'utf16le'))
  assert.equal(wide.source.querySpan(wide.query.indexOf('Target'), 6).column, text.indexOf('Target') + 1)
})

test('a range over several lines is cut at the end of its first line', async () => {
  const rule = await ruleOf('query: |\n  Alpha Beta\n  Gamma\n')
  assert.deepEqual(rule.source.querySpan(6, 8), { file: 'rule.yaml', line: 2, column: 9, length: 4 })
})

test('offsets behind the query stay in the file', async () => {
  const rule = await ruleOf('query: |\n  Alpha\n')
  assert.equal(rule.source.querySpan(999, 5).line, 2)
  assert.deepEqual(rule.source.querySpan(5, 0), { file: 'rule.yaml', line: 2, column: 8, length: 0 })
})

const mapped = `id: 1
query: Table
entityMappings:
  - entityType: Nonsense
    fieldMappings: []
  - entityType: IP
    fieldMappings:
      - identifier: Nothing
        columnName: A
      - identifier: Address
        columnName: SourceIp
`

test('paths count as the rule does, although the file has more', async () => {
  const rule = await ruleOf(mapped)
  assert.deepEqual(rule.entityMappings, [
    { entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'SourceIp' }] },
  ])
  const column = rule.source.span('entityMappings.0.fieldMappings.0.columnName')
  assert.deepEqual(column, { file: 'rule.yaml', line: 11, column: 21, length: 8 })
  assert.equal(rule.source.span('entityMappings.0.entityType').line, 6)
})

test('a path that is not there is the nearest thing that is', async () => {
  const rule = await ruleOf(mapped)
  assert.equal(rule.source.span('entityMappings.7.entityType').line, 3)
  assert.equal(rule.source.span('severity').line, 1)
  assert.deepEqual(rule.source.span('query'), { file: 'rule.yaml', line: 2, column: 8, length: 5 })
})

test('a mapping made from a legacy column stands at its query', async () => {
  const rule = await ruleOf('query: |\n  Table\n  | extend IPCustomEntity = Ip\n')
  assert.equal(rule.entityMappings[0]?.entityType, 'IP')
  assert.equal(rule.source.span('entityMappings.0.entityType').line, 1)
})
