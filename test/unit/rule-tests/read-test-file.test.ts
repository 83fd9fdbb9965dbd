import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'
import { readTestFile } from '../../../src/rule-tests/read-test-file.ts'
import { parseInstant } from '../../../src/time/instant.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const schema: WorkspaceSchema = {
  tables: new Map([
    [
      'AzureActivity',
      {
        name: 'AzureActivity',
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'Caller', type: 'string' },
          { name: 'Level', type: 'long' },
          { name: 'Properties_d', type: 'dynamic' },
        ],
      },
    ],
  ]),
  functions: new Map(),
}

function read(text: string, folder = '/rules') {
  return readTestFile({ text, file: 'queries/x.test.yaml', path: join(folder, 'x.test.yaml'), schema })
}

const at = (text: string) => parseInstant(text)

test('a test file with everything', (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'events.ndjson'), '')
  const { testFile, diagnostics } = read(
    `
rule: 5239248b-abfb-4c6a-8177-b104ade5db56
tables:
  Shared_CL: events.ndjson
tests:
  - name: one script, one alert
    at: 2026-03-02T00:00:00Z
    tables:
      AzureActivity:
        - { TimeGenerated: 2026-03-01T10:00:00Z, Caller: mallory, Level: 9007199254740993, Properties_d: { a: [1, x] } }
    expect:
      findings: [{ Caller: mallory }]
      entities: [{ Account: { Name: mallory } }]
      alerts: 1
      incidents: [{ title: Script, alerts: 1 }]
      warnings: []
  - name: a hunting window
    from: 2026-03-01
    to: 2026-03-02
    expect: { findings: 0 }
`,
    folder,
  )
  assert.deepEqual(diagnostics, [])
  assert.equal(testFile.rule, '5239248b-abfb-4c6a-8177-b104ade5db56')
  const [first, second] = testFile.tests
  assert.deepEqual(first?.time, { kind: 'slot', at: at('2026-03-02') })
  assert.deepEqual(
    [...(first?.tables ?? [])],
    [
      ['Shared_CL', { kind: 'file', path: join(folder, 'events.ndjson'), shown: 'queries/events.ndjson' }],
      [
        'AzureActivity',
        {
          kind: 'rows',
          rows: [
            {
              TimeGenerated: '2026-03-01T10:00:00Z',
              Caller: 'mallory',
              Level: 9007199254740993n,
              Properties_d: { a: [1n, 'x'] },
            },
          ],
          places: [{ file: 'queries/x.test.yaml', line: 10, column: 11, length: 110 }],
        },
      ],
    ],
  )
  assert.deepEqual(first?.expect, {
    status: undefined,
    findings: { count: 1, items: [{ Caller: 'mallory' }] },
    entities: [{ type: 'Account', identifiers: { Name: 'mallory' } }],
    alerts: { count: 1, items: undefined },
    incidents: { count: 1, items: [{ title: 'Script', alerts: 1n }] },
    warnings: [],
    excluded: undefined,
    error: undefined,
  })
  assert.deepEqual(second?.time, { kind: 'window', window: { start: at('2026-03-01'), end: at('2026-03-02') } })
  assert.deepEqual([...(second?.tables.keys() ?? [])], ['Shared_CL'])
})

test('a table of another place goes by the name that the query gives it', () => {
  const { testFile, diagnostics } = read(`
rule: x
tests:
  - name: a
    at: 2026-03-02
    tables:
      workspace("Contoso").AzureActivity: [{ Caller: mallory }]
      workspace('/subscriptions/s/workspaces/Fabrikam').AzureActivity: []
      arg("").Resources: [{ name: vm1 }]
    expect: { findings: 1 }
`)
  assert.deepEqual(diagnostics, [])
  const names = ['workspace("contoso").AzureActivity', 'workspace("fabrikam").AzureActivity', 'arg("").resources']
  assert.deepEqual([...(testFile?.tests[0]?.tables.keys() ?? [])], names)
})

for (const [what, text, expected] of [
  [
    'tables of other places that are none',
    `
tests:
  - name: a
    at: 2026-03-02
    tables:
      workspace("contoso").AzureActivty: []
      workspace("contoso").AzureActivity: [{ Calller: x }]
      workspace("..").AzureActivity: []
      arg("").Resources: [{ nme: x }]
    expect: { findings: 1 }
`,
    [
      '6:7 no table is called "AzureActivty" | did you mean "AzureActivity"?',
      '7:46 AzureActivity has no column "Calller" | did you mean "Caller"?',
      '8:7 no table can be called "workspace(\\"..\\").AzureActivity" | names of tables have letters, digits, hyphens and underscores, at most 100',
      '9:29 arg("").Resources has no column "nme" | did you mean "name"?',
    ],
  ],
  ['an empty file', '', ['1:1 a rule test is a mapping']],
  ['no tests', 'rule: x\n', ['1:1 there are no tests']],
  [
    'broken YAML',
    'tests: [\n',
    ['2:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  [
    'misspelt keys, table, column, entity and identifier',
    `
tests:
  - nam: x
    name: a
    at: 2026-03-02
    tables:
      AzureActivty: []
      AzureActivity: [{ Calller: x }]
    expect:
      finding: 1
      entities: [{ Hst: {} }, { Host: { Hostname: x } }]
`,
    [
      '3:5 unknown key "nam" | did you mean "name"?',
      '7:7 no table is called "AzureActivty" | did you mean "AzureActivity"?',
      '8:25 AzureActivity has no column "Calller" | did you mean "Caller"?',
      '10:7 unknown key "finding" | did you mean "findings"?',
      '11:20 unknown key "Hst" | did you mean "Host"?',
      '11:41 Host has no identifier "Hostname" | did you mean "HostName"?',
    ],
  ],
  [
    'names that are no table, and values that are no cell',
    `
tables:
  ../../up_CL: [{ a: 1 }]
  A_CL.x_CL: []
  "A\\0_CL": []
  A_CL: [{ a: &x 1, b: *x, c: !!binary aGVsbG8=, d: [{ e: *x }] }]
  B_CL: .
  C_CL: folder.json
tests:
  - { name: a, at: 2026-03-02, expect: { findings: [{ a: 1, b: *x }] } }
`,
    [
      '3:3 no table can be called "../../up_CL" | names of tables have letters, digits, hyphens and underscores, at most 100',
      '4:3 no table can be called "A_CL.x_CL" | names of tables have letters, digits, hyphens and underscores, at most 100',
      '5:3 no table can be called "A\\u0000_CL" | names of tables have letters, digits, hyphens and underscores, at most 100',
      '6:24 an alias is not followed in a test | write the value itself',
      '6:40 a value of type tag:yaml.org,2002:binary is none of a cell | write text, a number, true, false or null',
      '6:59 an alias is not followed in a test | write the value itself',
      '7:9 . is no table file | known forms: .ndjson, .json, .csv, .parquet, each also .gz',
      '8:9 there is no file folder.json | fixtures are relative to the test file',
      '10:64 an alias is not followed in a test | write the value itself',
    ],
  ],
  [
    'times',
    `
tests:
  - { name: a, tables: { AzureActivity: [] }, expect: { alerts: 0 } }
  - { name: b, at: soon, tables: { AzureActivity: [] }, expect: { alerts: 0 } }
  - { name: c, at: 2026-03-02, from: 2026-03-01, tables: { AzureActivity: [] }, expect: { alerts: 0 } }
  - { name: d, from: 2026-03-02, to: 2026-03-01, tables: { AzureActivity: [] }, expect: { alerts: 0 } }
`,
    [
      '3:5 a test does not say when it plays | `at: 2026-03-02T00:00:00Z` is the slot of a scheduled rule; a hunting query takes `from:` and `to:`',
      '4:20 at "soon" is not an ISO 8601 time | for example `at: 2026-03-02T00:00:00Z`',
      '5:20 a test has either at, or from and to',
      '6:22 from is not before to',
    ],
  ],
  [
    'names, fixtures and expectations',
    `
tests:
  - { name: a, at: 2026-03-02, tables: { AzureActivity: no.ndjson }, expect: { alerts: many } }
  - { name: a, at: 2026-03-02, tables: { AzureActivity: x.txt }, expect: {} }
  - { name: a, at: 2026-03-02, tables: { AzureActivity: 7 }, expect: { status: fine } }
  - { at: 2026-03-02, expect: { warnings: none } }
`,
    [
      '3:57 there is no file no.ndjson | fixtures are relative to the test file',
      '3:88 alerts is neither a number nor a list of mappings | for example `alerts: 1`',
      '4:57 x.txt is no table file | known forms: .ndjson, .json, .csv, .parquet, each also .gz',
      '4:74 a test expects nothing | for example `expect: { findings: 1, incidents: 1 }`',
      '5:5 two tests are named "a"',
      '5:57 7 is no table file | known forms: .ndjson, .json, .csv, .parquet, each also .gz',
      '5:80 status "fine" is not one of complete, partial, failed',
      '6:5 a test has no name | for example `name: a script seen once raises one alert`',
      '6:5 a test has no tables | for example `tables: { AzureActivity: [] }`',
      '6:43 warnings is not a list of texts | for example `warnings: []` for none',
    ],
  ],
] as const) {
  test(`mistakes: ${what}`, () => {
    const { diagnostics } = read(text)
    const shown = diagnostics.map(
      ({ span, message, hint }) => `${span.line}:${span.column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
    )
    assert.deepEqual(
      shown.map((line, index) => (expected[index]?.includes(' | ') === true ? line : line.split(' | ')[0])),
      expected,
    )
  })
}
