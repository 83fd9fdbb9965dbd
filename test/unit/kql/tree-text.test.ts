import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TextCache } from '../../../src/domain/ports.ts'
import type { FunctionSchema, WorkspaceSchema } from '../../../src/domain/schema.ts'
import { bindQuery } from '../../../src/kql/bind/bind-query.ts'
import { keepTrees } from '../../../src/kql/bind/kept-trees.ts'
import { bindingOfText, textOfBinding } from '../../../src/kql/bind/tree-text.ts'
import { loadRules } from '../../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../../src/schemas/index.ts'
import { PACKAGE_ROOT } from '../../support/hunt.ts'
import { addTable, openTestEngine } from '../../support/kql.ts'
import { plainTree, plainType } from '../../support/plain-tree.ts'

const COLUMNS = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Name', type: 'string' },
  { name: "odd 'name'", type: 'long' },
  { name: 'Bag', type: 'dynamic' },
] as const

const saved = (name: string, rest: Partial<FunctionSchema>): readonly [string, FunctionSchema] => [
  name,
  { name, parameters: '', body: undefined, columns: undefined, ...rest },
]

const SCHEMA: WorkspaceSchema = {
  tables: new Map(['One', 'Two'].map((name) => [name, { name, columns: COLUMNS }])),
  functions: new Map([
    saved('Recent', { parameters: 'since:timespan=1d', body: 'One | where TimeGenerated > ago(since) // «seit»' }),
    saved('Twice', { parameters: "T:(*), x:string=''", body: 'T | extend y = strcat(x, x)' }),
    saved('Anything', {}),
  ]),
}

const TEXTS: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'literals of all kinds': `print 1, int(2), 1.5, decimal(1.50), 'a' "b" @'\\c', true, 2d, datetime(2026-01-01), dynamic({"a": [1, null]}), guid(null)`,
  'names in brackets': `One | project ['odd \\'name\\''], b = Bag["x"].y[0]`,
  'names that are numbered': 'One | summarize count(), dcount(Name), 1 + 2 by bin(TimeGenerated, 1h)',
  'comments within': 'One // first\n| where Name == "x" // second\n and Name has "y"',
  'other writings': 'One | where Name in ("ä", "😀", "\u2028") or Name == "𝒳"',
  'one text many times': `One | where Name in (${Array.from({ length: 200 }, () => '"a"').join()}) | extend a = "a", b = "aa"`,
  'functions of the query': 'let f = (t:timespan=1h, n:long) { One | where TimeGenerated > ago(t) | take n }; union (f(2h, 1)), (f(n=3))',
  'functions in functions': 'let a = (x:long) { x + 1 }; let b = (x:long) { a(x) * a(2) }; print b(1), b(2)',
  'functions of the workspace': 'Recent(2d) | join kind=leftouter (Recent()) on Name | invoke Twice("z")',
  'columns that nobody knows': 'Anything | where Whatever == 1',
  'a wildcard': 'union withsource=T O*, T* | count',
  'several results': 'print s = dynamic([1,2,3]) | extend (a, b) = series_stats(s) | extend series_fit_line(s)',
  'a scan': 'One | sort by TimeGenerated asc | scan declare (n:long=0) with (step s: true => n = s.n + 1;)',
  'a graph': 'let E = datatable(a:string, b:string)["x","y"]; E | make-graph a --> b | graph-match (p)-[e]->(q) project e.a, to = e.b',
  'variables of the run': 'One | where TimeGenerated between (_startTime .. _endTime)',
  'a view': 'let V = view () { One | project Name }; union V*, Two',
  'a command': 'set query_now = datetime(2026-01-01); print now()',
} // prettier-ignore

for (const [name, text] of Object.entries(TEXTS)) {
  test(`a tree comes back from its text: ${name}`, () => {
    const bound = bindQuery(text, SCHEMA)
    assert.deepEqual(bound.diagnostics, [])
    const written = textOfBinding(bound, text)
    assert.ok(written)
    const read = bindingOfText(written, text)
    assert.deepEqual(plainTree(read.root), plainTree(bound.root))
    assert.deepEqual(plainType(read.resultType), plainType(bound.resultType))
  })
}

test('the trees of the rule pack come back, and are small', async () => {
  const schema = await loadSchemaCatalogue(PACKAGE_ROOT)
  const { rules } = await loadRules(['queries'], { cwd: PACKAGE_ROOT })
  assert.equal(rules.length, 6)
  for (const { query, source } of rules) {
    const bound = bindQuery(query, schema)
    const written = textOfBinding(bound, query)
    assert.ok(written !== undefined && written.length < 200_000, `${source.file}: ${written?.length}`)
    assert.deepEqual(plainTree(bindingOfText(written, query).root), plainTree(bound.root), source.file)
  }
})

test('a tree that grows without end is not kept', () => {
  const doubled = Array.from({ length: 16 }, (_, n) => `let f${n + 1} = (x:long) { f${n}(x) + f${n}(x + 1) };`).join(
    '\n',
  )
  const text = `let f0 = (x:long) { x };\n${doubled}\nprint f16(1)`
  assert.equal(textOfBinding(bindQuery(text, SCHEMA), text), undefined)
})

/** Remembers for good, and says what it was asked. */
function memory() {
  const texts = new Map<string, string>()
  const asked: string[] = []
  const cache: TextCache = {
    get(key) {
      asked.push(texts.has(key) ? 'found' : 'missing')
      return texts.get(key)
    },
    set: (key, text) => texts.set(key, text),
  }
  return { cache, texts, asked }
}

const withTables = (columns: WorkspaceSchema['tables']): WorkspaceSchema => ({ tables: columns, functions: new Map() })
const oneTable = (type: 'long' | 'string') =>
  withTables(new Map([['T', { name: 'T', columns: [{ name: 'x', type }] }]]))

/** A process remembers the last texts by itself, 400,000 characters of them. */
function forget(schema: WorkspaceSchema): void {
  for (let n = 0; n < 10; n++) bindQuery(`T | take ${++forgotten} // ${'-'.repeat(45_000)}`, schema)
}

let forgotten = 0

test('a tree that was kept is found by equal names alone', () => {
  const { cache, texts, asked } = memory()
  keepTrees(cache, 'one build')
  const text = 'T | where x == 1 | project kept = x'
  bindQuery(text, oneTable('long'))
  assert.equal(texts.size, 1)
  // The same name with another type; another text; another build.
  bindQuery(text, oneTable('string'))
  bindQuery(`${text} `, oneTable('long'))
  forget(oneTable('long'))
  keepTrees(cache, 'another build')
  bindQuery(text, oneTable('long'))
  assert.deepEqual(asked, Array(asked.length).fill('missing'))
  keepTrees(cache, 'one build')
  forget(oneTable('long'))
  bindQuery(text, oneTable('long'))
  assert.equal(asked.at(-1), 'found')
})

const FAULTY = [
  'Nope | take 1',
  'T | project-away b*',
  'union isfuzzy=true T, Nope',
  'union isfuzzy=true (T | where y == 1), (T | take 1)',
  'T |',
]

for (const text of FAULTY) {
  test(`what was said of a text comes back with its trees: ${text}`, () => {
    const bound = bindQuery(text, oneTable('long'))
    assert.notDeepEqual(bound.diagnostics, [])
    const read = bindingOfText(textOfBinding(bound, text) ?? '', text)
    assert.deepEqual(read.diagnostics, bound.diagnostics)
    assert.deepEqual(plainTree(read.root), plainTree(bound.root))
    assert.deepEqual(plainTree(read.written), plainTree(bound.written))
  })
}

test('what was said of a text is kept for workspaces with the same names alone', () => {
  const { cache, asked } = memory()
  keepTrees(cache, 'a careful build')
  const text = 'Secuirty | take 1'
  const hintOf = (...names: string[]) => {
    const tables = new Map(names.map((name) => [name, { name, columns: [] }] as const))
    return bindQuery(text, withTables(tables)).diagnostics[0]?.hint
  }
  assert.equal(hintOf('Unlike'), 'did you mean "Unlike"?')
  assert.equal(hintOf('Unlike', 'Security'), 'did you mean "Security"?')
  forget(oneTable('long'))
  asked.length = 0
  assert.equal(hintOf('Unlike', 'Security'), 'did you mean "Security"?')
  assert.deepEqual(asked, ['missing', 'found'])
})

test('a tree that was kept is what the query is taken to say', async () => {
  const { cache, texts, asked } = memory()
  keepTrees(cache, 'a build')
  const text = 'T | extend said = x + 1'
  bindQuery(text, oneTable('long'))
  const [[key, written] = ['', '']] = [...texts]
  texts.set(key, written.replaceAll('"said"', '"heard"'))
  keepTrees(cache, 'a build')
  forget(oneTable('long'))
  const engine = await openTestEngine()
  try {
    await addTable(engine, 'T', [{ name: 'x', type: 'long' }])
    assert.deepEqual((await engine.query(text)).columns.map(({ name }) => name), ['x', 'heard']) // prettier-ignore
    assert.equal(asked.at(-1), 'found')
  } finally {
    engine.close()
  }
})

test('a query with columns of the data is not kept, but as it was written', async () => {
  const { cache, texts } = memory()
  keepTrees(cache, 'a build of its own')
  const engine = await openTestEngine()
  try {
    const answer = await engine.query('print d = dynamic({"secret member": 1}) | evaluate bag_unpack(d)')
    assert.deepEqual(answer.columns.map(({ name }) => name), ['secret member']) // prettier-ignore
    assert.equal(texts.size, 1)
    assert.ok(![...texts].flat().some((text) => text.includes("['secret member']")))
  } finally {
    engine.close()
  }
})
