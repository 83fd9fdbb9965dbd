import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'
import { KUSTO_TYPES } from '../../../src/domain/kusto.ts'
import { bindQuery } from '../../../src/kql/bind/bind-query.ts'
import { convertTree, nestedNodes, printBound, type BoundNode } from '../../../src/kql/bind/bound.ts'
import { kustoLibrary, listItems } from '../../../src/kql/bind/library.ts'
import { parseAndAnalyze } from '../../../src/kql/bind/parse.ts'
import { worldOf } from '../../../src/kql/bind/world.ts'
import { analyze } from '../../../src/kql/index.ts'

const SCHEMA: WorkspaceSchema = {
  tables: new Map([
    [
      'AzureActivity',
      {
        name: 'AzureActivity',
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'CallerIpAddress', type: 'string' },
          { name: "odd 'name'", type: 'long' },
        ],
      },
    ],
  ]),
  functions: new Map([
    [
      'Recent',
      {
        name: 'Recent',
        parameters: 'since:timespan=1d',
        body: 'AzureActivity | where TimeGenerated > ago(since)',
        columns: undefined,
      },
    ],
    // As FileProfile() of advanced hunting: nobody knows which columns it adds.
    ['Enrich', { name: 'Enrich', parameters: "T:(*), x:string=''", body: undefined, columns: undefined }],
    ['Shape', { name: 'Shape', parameters: '', body: undefined, columns: [{ name: 'x', type: 'long' }] }],
  ]),
}

const FAULTS: readonly { name: string; text: string; code: string; at: string; hint?: string }[] = [
  { name: 'syntax', text: 'AzureActivity | where', code: 'kql-syntax', at: '' },
  { name: 'no operator', text: 'AzureActivity | wher Caller == ""', code: 'kql-syntax', at: 'wher', hint: 'did you mean "where"?' },
  { name: 'an operator in upper case', text: 'AzureActivity | Summarize count()', code: 'kql-syntax', at: 'Summarize', hint: 'operators are in lower case: summarize' },
  { name: 'no operator by far', text: 'AzureActivity | group by CallerIpAddress', code: 'kql-syntax', at: 'group' },
  { name: 'a conjunction in upper case', text: 'AzureActivity | where CallerIpAddress == "" AND 1 == 1', code: 'kql-syntax', at: 'AND', hint: 'operators are in lower case: and' },
  { name: 'one equals sign', text: 'AzureActivity | where CallerIpAddress = ""', code: 'type-mismatch', at: 'CallerIpAddress = ""', hint: 'compare with ==: a single = gives a name' },
  { name: 'a column of one side of a join', text: 'AzureActivity | join (print b = 1) on CallerIpAddress', code: 'unknown-column', at: 'CallerIpAddress', hint: 'where the sides have other names for it: on $left.<column> == $right.<column>' },
  { name: 'a quotation mark of a word processor', text: 'AzureActivity | where CallerIpAddress == \u201cx\u201d', code: 'kql-syntax', at: '', hint: '\u201c is a typographic quotation mark: write " or \'' },
  { name: 'a column that invoke is given, misspelt', text: 'AzureActivity | invoke Enrich(CallerIP)', code: 'unknown-column', at: 'CallerIP', hint: 'did you mean "CallerIpAddress"?' },
  { name: 'unknown table', text: 'AzureActivty | take 1', code: 'unknown-table', at: 'AzureActivty', hint: 'did you mean "AzureActivity"?' },
  { name: 'unknown table in a join', text: 'AzureActivity | join (Nope) on CallerIpAddress', code: 'unknown-table', at: 'Nope', hint: 'did you mean "AzureActivity"?' },
  { name: 'unknown column', text: 'AzureActivity | where CallerIP == ""', code: 'unknown-column', at: 'CallerIP', hint: 'did you mean "CallerIpAddress"?' },
  { name: 'a column that is like no other', text: 'AzureActivity | where Zzzzqq == ""', code: 'unknown-column', at: 'Zzzzqq' },
  { name: 'unknown function', text: 'AzureActivity | extend x = nope(1)', code: 'unknown-function', at: 'nope' },
  { name: 'type mismatch', text: 'AzureActivity | where CallerIpAddress > 5', code: 'type-mismatch', at: '>' },
] // prettier-ignore

for (const { name, text, code, at, hint } of FAULTS) {
  test(`analyze reports: ${name}`, async () => {
    const { diagnostics } = await analyze(text, SCHEMA)
    const [first] = diagnostics.filter(({ severity }) => severity === 'error')
    assert.ok(first, 'a diagnostic')
    assert.equal(first.code, code)
    if (at !== '') assert.equal(text.slice(first.offset, first.offset + first.length), at)
    assert.equal(first.hint, hint)
  })
}

test('a saved function whose text cannot be read is told where it is called, and nowhere else', async () => {
  const saved = (name: string, body: string) => [name, { name, parameters: '', body, columns: undefined }] as const
  const functions = new Map([
    saved('Broken', 'print x = 1\n| where (x == 1'),
    saved('Nameless', 'let = 5; print x = 1'),
    saved('Outer', 'Broken | take 1'),
    saved('Whole', '// all of it\nlet y = 1; print x = y; // nothing more'),
    saved('Empty', ''),
    saved('Remark', '// print x = 1'),
    saved('Lets', 'let y = 1;'),
    saved('Twice', 'print x = 1; print x = 2'),
    saved('Setting', 'set notruncation; print x = 1'),
  ])
  const faultsOf = async (text: string) =>
    (await analyze(text, { tables: new Map(), functions })).diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ code, offset, length, message }) => [code, text.slice(offset, offset + length), message])
  const broken = 'the text of the saved function Broken cannot be read: Expected: ) (at its line 2, column 16)'
  assert.deepEqual(await faultsOf('Broken | take 1'), [['kql-syntax', 'Broken', broken]])
  assert.deepEqual(await faultsOf('let f = () { Outer }; f()'), [['kql-syntax', 'Outer', broken]])
  assert.match(String(await faultsOf('Whole | union Nameless')), /kql-syntax,Nameless,.*Nameless cannot be read/)
  for (const [name, reason] of [
    ['Empty', /there is no expression/],
    ['Remark', /there is no expression/],
    ['Lets', /there is no expression/],
    ['Twice', /let statements and one expression \(at its line 1, column 14\)/],
    ['Setting', /let statements and one expression \(at its line 1, column 1\)/],
  ] as const) {
    assert.match(String(await faultsOf(`${name} | take 1`)), reason)
  }
  for (const text of ['Whole | where tostring(x) == "Broken"', 'let Broken = (y: long) { y }; print Broken(1)']) {
    assert.deepEqual(await faultsOf(text), [], text)
  }
})

test('analyze gives result columns and tables, through saved functions too', async () => {
  const analysis = await analyze("Recent(2h) | project CallerIpAddress, n = ['odd \\'name\\'']", SCHEMA)
  assert.deepEqual(analysis.diagnostics, [])
  assert.deepEqual(analysis.columns, [
    { name: 'CallerIpAddress', type: 'string' },
    { name: 'n', type: 'long' },
  ])
  assert.deepEqual(analysis.tables, ['AzureActivity'])
})

test('analyze knows the columns of a function without a body', async () => {
  assert.deepEqual((await analyze('Shape | extend y = x + 1.5', SCHEMA)).columns, [
    { name: 'x', type: 'long' },
    { name: 'y', type: 'real' },
  ])
})

test('a function of unknown columns may have any, and takes a column of its table by name', async () => {
  const { diagnostics } = await analyze('AzureActivity | invoke Enrich(CallerIpAddress) | where Added > 1', SCHEMA)
  assert.deepEqual(
    diagnostics.map(({ severity, serviceCode }) => `${severity} ${serviceCode}`),
    ['warning KS142'],
  )
})

test('errors that the real engine does not share are warnings', async () => {
  const { diagnostics } = await analyze('print make_timespan(1, 2, 3.5)', SCHEMA)
  assert.deepEqual(
    diagnostics.map(({ severity, serviceCode }) => `${severity} ${serviceCode}`),
    ['warning KS134'],
  )
})

test('a pattern that matches no column is worth a warning that says so', async () => {
  const { diagnostics } = await analyze('print a = 1 | project-away b*', SCHEMA)
  assert.deepEqual(
    diagnostics.map(({ severity, message, hint }) => [severity, message, hint]),
    [['warning', 'no column matches b*', undefined]],
  )
})

test('the surface of the language service that we declare exists', () => {
  const library = kustoLibrary()
  assert.ok(library.Functions.All.length >= 400)
  assert.ok(library.Aggregates.All.length >= 60)
  assert.ok(library.PlugIns.All.length >= 40)
  assert.ok(library.Operators.All.length >= 50)
  const { ColumnSymbol, ScalarTypes, TableSymbol } = library.Symbols
  const long = ScalarTypes['Long']
  assert.ok(long)
  const table = new TableSymbol.$ctor6('T', [new ColumnSymbol('a b', long, null, null, null, null)], null)
  assert.equal(table.Name, 'T')
  assert.equal(table.IsOpen, false)
  assert.equal(table.Columns?.getItem(0).Name, 'a b')
  assert.equal(table.Columns?.getItem(0).Type.Name, 'long')
})

test('a query is analysed as the service itself does it', () => {
  const texts = [
    'let f = (t:timespan) { AzureActivity | where TimeGenerated > ago(t) }; f(1h) | summarize count() by CallerIpAddress',
    'Recent(2d) | join kind=inner (AzureActivity) on CallerIpAddress | project-away CallerIpAddress1',
    'AzureActivity | where Nothing == 1 | extend x = tolong(',
    'set query_now = datetime(2026-01-01); print now()',
    '#connect x\nprint 1',
    '',
  ]
  for (const text of texts) {
    const { globals } = worldOf(text, SCHEMA)
    const [ours, theirs] = [parseAndAnalyze(text, globals), kustoLibrary().KustoCode.ParseAndAnalyze(text, globals)]
    const said = (code: typeof ours) =>
      listItems(code.GetDiagnostics()).map(({ Code, Start, Length, Message }) => [Code, Start, Length, Message])
    assert.deepEqual(said(ours), said(theirs), text.slice(0, 80))
    assert.equal(ours.ResultType?.Name, theirs.ResultType?.Name)
    assert.equal(printBound(convertTree(ours.Syntax, text, true)), printBound(convertTree(theirs.Syntax, text, true)))
  }
})

test('every Kusto type survives the way into the binder and back', async () => {
  const columns = KUSTO_TYPES.map((type) => ({ name: `a_${type}`, type }))
  const schema = { tables: new Map([['Typed', { name: 'Typed', columns }]]), functions: new Map() }
  assert.deepEqual((await analyze('Typed', schema)).columns, columns)
})

test('words in comments and strings do not call for every table', () => {
  const columns = [{ name: 'x', type: 'long' as const }]
  const names = ['One', 'Two']
  const schema = { tables: new Map(names.map((name) => [name, { name, columns }])), functions: new Map() }
  const world = worldOf('One', schema)
  for (const text of [
    'One // find',
    'One | where "a" == "| search"',
    'One | extend find = x',
    "One | project table = '|find'",
    'One | search "a"',
    'One // all\n| // of it\n search x == 1',
  ])
    assert.equal(worldOf(text, schema), world, text)
  for (const text of [
    'search "a"',
    'One | union (search "a")',
    'let a = 1; search "a"',
    'let a = search "a"; a',
    'find where x == 1',
    'union *',
  ])
    assert.notEqual(worldOf(text, schema), world, text)
})

test('table() reaches the tables whose names are texts of the query, and no others', () => {
  const columns = [{ name: 'x', type: 'long' as const }]
  const names = ['One', 'Two', 'odd table', "it's"]
  const tables = new Map(names.map((name) => [name, { name, columns }] as const))
  const functions = new Map([
    ['Of', { name: 'Of', parameters: 'n:string', body: 'table(n) | where x == 1', columns: undefined }] as const,
  ])
  const schema = { tables, functions }
  assert.equal(worldOf('table("One")', schema), worldOf('One', schema))
  for (const text of [
    'let f = (name:string) { table(name) }; union f("One"), f("odd table")',
    `// don't\nOf('odd table') | join (table("it's")) on x`,
    `table(@'odd table') | union (table('it\\'s'))`,
    'let n = "odd table"; table(n) | count',
  ]) {
    assert.deepEqual(bindQuery(text, schema).diagnostics, [], text)
    assert.notEqual(worldOf(text, schema), worldOf('union *', schema))
  }
})

test('a text is bound once for the same tables, and again once they change', () => {
  const query = 'AzureActivity | project CallerIpAddress'
  const first = bindQuery(query, SCHEMA)
  assert.equal(bindQuery(query, SCHEMA), first)
  const columns = [{ name: 'CallerIpAddress', type: 'long' as const }]
  const changed = { ...SCHEMA, tables: new Map([['AzureActivity', { name: 'AzureActivity', columns }]]) }
  const type = bindQuery(query, changed).resultType
  assert.equal(type?.kind === 'table' && type.columns[0]?.type, 'long')
})

test('the text of a node is its own, not that of comments before it', () => {
  const texts = new Map<string, string[]>()
  const text = '// a\nlet f = (n:long) { // b\n Recent(1d) | where // c\n 1 == n }; f( // d\n 2)'
  const visit = (node: BoundNode): void => {
    texts.set(node.kind, [...(texts.get(node.kind) ?? []), node.text])
    nestedNodes(node).forEach(visit)
    const called = node.called?.()
    if (called !== undefined) visit(called.body)
  }
  visit(bindQuery(text, SCHEMA).root)
  assert.deepEqual(
    new Set(texts.get('FilterOperator')),
    new Set(['where // c\n 1 == n', 'where TimeGenerated > ago(since)']),
  )
  assert.deepEqual(new Set(texts.get('LongLiteralExpression')), new Set(['1', '2']))
  assert.ok(
    texts.get('TokenName')?.every((name) => /^\w+$/.test(name)),
    String(texts.get('TokenName')),
  )
})

test('a bound tree prints kinds, types and leaves', () => {
  const { root } = bindQuery('print x = 1 + 2', SCHEMA)
  assert.equal(
    printBound(root),
    [
      'root: QueryBlock',
      '  Statements[0]: ExpressionStatement',
      '    Expression: PrintOperator: (x: long)',
      '      Expressions[0]: SimpleNamedExpression: long',
      '        Name: NameDeclaration: long',
      '          Name: TokenName "x"',
      '        Expression: AddExpression: long',
      '          Left: LongLiteralExpression "1": long',
      '          Right: LongLiteralExpression "2": long',
    ].join('\n'),
  )
})

test('the body of a let function points into the query', () => {
  const text = 'let f = (a: long) { a + 1 }; print f(2)'
  const { root } = bindQuery(text, SCHEMA)
  const print = root.lists['Statements']?.[1]?.nodes['Expression']
  const called = print?.lists['Expressions']?.[0]?.called?.()
  const sum = called?.body.nodes['Expression']
  assert.deepEqual(
    called?.parameters.map(({ name }) => name),
    ['a'],
  )
  assert.equal(text.slice(sum?.span.offset, (sum?.span.offset ?? 0) + (sum?.span.length ?? 0)), 'a + 1')
})

test('an unknown name is said once, not as a value without a type too', async () => {
  const { diagnostics } = await analyze('print a = 1 | where foo has_any ("x") or bar in~ ("y")', SCHEMA)
  assert.deepEqual(
    diagnostics.map(({ code, offset }) => `${code} ${offset}`),
    ['unknown-column 20', 'unknown-column 41'],
  )
})

test('todynamic() takes a dynamic, as parse_json() does, and no other function inside it', async () => {
  const errors = async (text: string) =>
    (await analyze(text, SCHEMA)).diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  assert.deepEqual(await errors('let T = print a = "x"; print todynamic(toscalar(T | summarize make_set(a)))'), [])
  assert.deepEqual(await errors('print toobject(dynamic([1]))'), [])
  assert.deepEqual(await errors('print d = pack("a", 1) | extend todynamic(d), toobject(d)'), [])
  assert.deepEqual(await errors('print todynamic(1)'), ['type-mismatch'])
  assert.deepEqual(await errors('print todynamic(url_decode(1))'), ['type-mismatch'])
})

const LEFT_OUT: readonly {
  name: string
  text: string
  legs: readonly [reason: 'absent' | 'faulty', at: string][]
  errors?: readonly string[]
  reads?: readonly string[]
}[] = [
  { name: 'a table that is not there', text: 'union isfuzzy=true Nope, AzureActivity', legs: [['absent', 'Nope']] },
  { name: 'a table that a function is given by name', text: 'let f = (name:string, n:int=1) { table(name) | take n }; union isfuzzy=true (f("AzureActivity")), (f("Nope_CL"))', legs: [['absent', 'f("Nope_CL")']], reads: ['AzureActivity', 'Nope_CL'] },
  { name: 'a let table of a table by name', text: "let f = (name:string, n:int=1) { table(name) | take n }; let B = f(n=2, name='Nope'); union isfuzzy=true B, AzureActivity", legs: [['absent', "f(n=2, name='Nope')"]], reads: ['Nope', 'AzureActivity'] },
  { name: 'a let table by name', text: 'let f = (name:string, n:int=1) { table(name) | take n }; let B = view () { AzureActivity }; union isfuzzy=true (f("B")), AzureActivity', legs: [], reads: ['AzureActivity', 'B'] },
  { name: 'a column that its table lacks', text: 'union isfuzzy=true (AzureActivity | where Nope == 1), AzureActivity', legs: [['faulty', 'Nope']] },
  { name: 'a comparison of other types', text: 'union isfuzzy=true (AzureActivity | where CallerIpAddress > 5), AzureActivity', legs: [['faulty', '>']] },
  { name: 'a let table with a fault, where legs alone name it', text: 'let A = AzureActivity | where Nope == 1; let B = A | take 1; union isfuzzy=true (B | count), AzureActivity', legs: [['faulty', 'Nope']] },
  { name: 'a let table that more than legs name', text: 'let A = AzureActivity | where Nope == 1; union isfuzzy=true A, AzureActivity | join kind=inner A on CallerIpAddress', legs: [], errors: ['Nope'] },
  { name: 'a let table that nobody names', text: 'let A = AzureActivity | where Nope == 1; union isfuzzy=true AzureActivity', legs: [], errors: ['Nope'] },
  { name: 'a let table that hides the table it reads', text: 'let AzureActivity = AzureActivity | where Nope == 1; union isfuzzy=true AzureActivity, (print a = 1)', legs: [['faulty', 'Nope']] },
  { name: 'a let table that names itself', text: 'let A = A | where Nope == 1; union isfuzzy=true A, AzureActivity', legs: [['absent', 'A']] },
  { name: 'all legs, one with a fault', text: 'union isfuzzy=true (AzureActivity | where Nope == 1), Missing', legs: [['absent', 'Missing']], errors: ['Nope'] },
  { name: 'all legs of an inner union', text: 'union isfuzzy=true (union isfuzzy=true (AzureActivity | where Nope == 1), Missing), AzureActivity', legs: [['faulty', 'Nope'], ['absent', 'Missing']] },
  { name: 'the leg beside a table that is piped in', text: 'AzureActivity | union isfuzzy=true (AzureActivity | where Nope == 1)', legs: [['faulty', 'Nope']] },
  { name: 'a table that is piped in', text: 'AzureActivity | where Nope == 1 | union isfuzzy=true AzureActivity', legs: [], errors: ['Nope'] },
  { name: 'a leg of a union that is not fuzzy', text: 'union (AzureActivity | where Nope == 1), AzureActivity', legs: [], errors: ['Nope'] },
  { name: 'a leg that does not parse', text: 'union isfuzzy=true (AzureActivity | where), AzureActivity, Nope', legs: [], errors: [''] },
  { name: 'what comes after the union', text: 'union isfuzzy=true (AzureActivity | project x = Nope), AzureActivity | where x == 1', legs: [['faulty', 'Nope']], errors: ['x'] },
  { name: 'a wildcard for nothing', text: 'union isfuzzy=true AzureActivity, Nope*', legs: [['absent', 'Nope*']] },
] // prettier-ignore

for (const { name, text, legs, errors = [], reads = ['AzureActivity'] } of LEFT_OUT) {
  test(`a fuzzy union goes on without: ${name}`, async () => {
    const { diagnostics, tables } = await analyze(text, SCHEMA)
    const at = (found: typeof diagnostics): string[] =>
      found.map(({ offset, length }) => text.slice(offset, offset + length))
    const left = diagnostics.filter(({ leftOutLeg }) => leftOutLeg !== undefined)
    assert.deepEqual(
      left.map(({ leftOutLeg }, index) => [leftOutLeg, at(left)[index]]).sort(),
      legs.map(([reason, place]) => [reason, place]).sort(),
    )
    assert.ok(left.every(({ severity }) => severity === 'warning'))
    assert.deepEqual(at(diagnostics.filter(({ severity }) => severity === 'error')), errors)
    // Also those that only the legs name: a workspace may have there what our catalogue lacks.
    assert.deepEqual(tables, reads)
  })
}

test('a wildcard reaches tables that the text does not name, wherever it stands', async () => {
  for (const text of [
    'union Azure*',
    'union (print a = 1), Azure*',
    'union (print a = (1)), (print b = "|"), Azure* | count',
    'let f = () { union (print a = 1), Azure* }; f',
    'Everything | take 1',
  ]) {
    const functions = new Map([
      ...SCHEMA.functions,
      ['Everything', { name: 'Everything', parameters: '', body: 'union (print a = 1), Azure*', columns: undefined }],
    ] as const)
    const { diagnostics, tables } = await analyze(text, { ...SCHEMA, functions })
    assert.deepEqual([diagnostics, tables], [[], ['AzureActivity']], text)
  }
})

test('a column that the data has may be named like a table', () => {
  const faults = (text: string): string[] => bindQuery(text, SCHEMA).diagnostics.map(({ code, offset, length }) => `${code} ${text.slice(offset, offset + length)}`) // prettier-ignore
  const open = 'print d = dynamic({}) | evaluate bag_unpack(d)'
  for (const use of [
    'where AzureActivity has "x"',
    'where AzureActivity in ("a", "b")',
    'where isnotempty(AzureActivity) and AzureActivity.a == 1',
    'summarize make_set(AzureActivity), dcount(tostring(AzureActivity))',
    'summarize count() by AzureActivity',
    'extend x = case(AzureActivity == "a", 1, 2)',
    'project-rename x = AzureActivity',
    'evaluate pivot(AzureActivity)',
    'mv-apply x = d on (where AzureActivity == "a")',
  ]) {
    assert.deepEqual(faults(`${open} | ${use}`), [], use)
  }
  assert.deepEqual(faults('Enrich((print x = 1)) | where AzureActivity == "x"'), [])
  // Where the columns are known, and where the table is meant as well.
  assert.deepEqual(faults('print x = 1 | where AzureActivity == "x"'), ['type-mismatch AzureActivity'])
  for (const table of [
    `${open} | where AzureActivity == "x" | union AzureActivity`,
    `AzureActivity | join (${open} | where AzureActivity == "x") on $left.CallerIpAddress == $right.y`,
    `let t = materialize(AzureActivity); ${open} | where AzureActivity == "x"`,
    `union * | extend d = dynamic({}) | evaluate bag_unpack(d) | where AzureActivity == "x"`,
  ]) {
    assert.deepEqual(faults(table), ['type-mismatch AzureActivity'], table)
  }
})
