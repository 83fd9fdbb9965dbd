import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { validateRules } from '../../../src/rules/index.ts'
import type { Analyze, BoundQuery } from '../../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../../src/schemas/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { exampleSchema, ruleWith } from './example-rule.ts'

const answer = (changes: Partial<BoundQuery>): Analyze => {
  return () => Promise.resolve({ diagnostics: [], columns: undefined, tables: [], ...changes })
}

const mapping =
  'entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: Gone'

const answers: readonly { readonly name: string; readonly analyze: Analyze; readonly codes: readonly string[] }[] = [
  { name: 'columns that cannot be known say nothing about mappings', analyze: answer({}), codes: [] },
  {
    name: 'a mapping to a column that is not returned',
    analyze: answer({ columns: [{ name: 'TimeGenerated', type: 'datetime' }] }),
    codes: ['entity-column'],
  },
  {
    name: 'an error in the query speaks for itself',
    analyze: answer({
      columns: [],
      diagnostics: [{ code: 'unknown-table', severity: 'error', message: 'x', offset: 0, length: 3 }],
    }),
    codes: ['unknown-table'],
  },
  {
    name: 'warnings of the language service are not ours',
    analyze: answer({
      diagnostics: [{ code: 'kql-semantic', severity: 'warning', message: 'x', offset: 0, length: 3 }],
    }),
    codes: [],
  },
  {
    name: 'of a line that does not parse only the first error counts',
    analyze: answer({
      diagnostics: [
        { code: 'kql-semantic', severity: 'error', message: 'in the wake', offset: 20, length: 1 },
        { code: 'kql-syntax', severity: 'error', message: 'second', offset: 5, length: 1 },
        { code: 'kql-syntax', severity: 'error', message: 'first', offset: 2, length: 1 },
      ],
    }),
    codes: ['kql-syntax'],
  },
]

for (const { name, analyze, codes } of answers) {
  test(`what is said about a bound query: ${name}`, async (t) => {
    const cwd = tempFolder(t)
    writeFileSync(join(cwd, 'rule.yaml'), ruleWith(mapping))
    const { diagnostics } = await validateRules(['rule.yaml'], { cwd, mode: 'strict', schema: exampleSchema, analyze })
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      codes,
    )
  })
}

test('the query of a rule with other errors is bound, too', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'rule.yaml'), ruleWith('severity: None\nquery: Nothing'))
  const { diagnostics, rules } = await validateRules(['rule.yaml'], { cwd, mode: 'strict', schema: exampleSchema })
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['severity', 'unknown-table'],
  )
  assert.equal(rules.length, 0)
})

test('progress is told rule by rule, and an aborted signal stops', async (t) => {
  const cwd = tempFolder(t)
  for (const name of ['a', 'b', 'c']) writeFileSync(join(cwd, `${name}.yaml`), 'query: print 1\n')
  const seen: string[] = []
  const controller = new AbortController()
  const options = { cwd, schema: exampleSchema, analyze: answer({}) }
  await validateRules(['.'], { ...options, onProgress: (done, total) => seen.push(`${done}/${total}`) })
  assert.deepEqual(seen, ['1/3', '2/3', '3/3'])
  const stopped = validateRules(['.'], {
    ...options,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('stop')),
  })
  await assert.rejects(stopped, /stop/)
})

test('a column that an operator has dropped is told from one that never was', async (t) => {
  const cwd = tempFolder(t)
  const query = 'query: |\n  AzureActivity\n  | project Caller\n  | where CallerIpAddress == "x" and CallerIP == "y"'
  writeFileSync(join(cwd, 'rule.yaml'), ruleWith(query))
  const { diagnostics } = await validateRules(['rule.yaml'], { cwd, schema: exampleSchema })
  assert.deepEqual(
    diagnostics.map(({ message, span }) => [span.line, span.column, message]),
    [
      [4, 11, 'AzureActivity has a column "CallerIpAddress", but not here any more'],
      [4, 38, 'AzureActivity has no column "CallerIP"'],
    ],
  )
})

const root = fileURLToPath(new URL('../../..', import.meta.url))
const skip = existsSync(`${root}/../shared/seed-rules`) ? false : 'the seed rules of ../shared are not here'

test('the faults of the upstream rules are found before anything runs', { skip }, async () => {
  const schema = await loadSchemaCatalogue(root)
  const file = '../shared/seed-rules/AzureRunCommandMDELinked.yaml'
  const { diagnostics, rules } = await validateRules([file], { cwd: root, schema })
  assert.equal(rules.length, 1)
  const found = diagnostics.filter(({ code }) => code === 'entity-column')
  assert.deepEqual(
    found.map(({ message }) => message),
    [
      'the Account mapping takes the column "AccountCustomEntity", which the query does not return',
      'the IP mapping takes the column "IPCustomEntity", which the query does not return',
    ],
  )
})

for (const { name, query, code, severity } of [
  {
    name: 'a column that no table of ours has',
    query: 'AzureActivity | where Nope == 1',
    code: 'unknown-column',
    severity: 'error',
  },
  {
    name: 'a column that a workspace may have added',
    query: 'AzureActivity | where Nope_CF == 1',
    code: 'unknown-column',
    severity: 'warning',
  },
  { name: 'a table that is one letter off', query: 'AzureActivty | take 1', code: 'unknown-table', severity: 'error' },
  {
    name: 'a single = in a condition',
    query: `'AzureActivity | where Caller = "x"'`,
    code: 'type-mismatch',
    severity: 'error',
  },
  {
    name: 'a comparison of other types',
    query: 'AzureActivity | where Caller > 3',
    code: 'type-mismatch',
    severity: 'warning',
  },
  {
    name: 'a column of a table that we do not know',
    query: 'Mine_CL | where Nope == 1',
    code: 'unknown-table',
    severity: 'warning',
  },
  {
    name: 'a column beside a function that we do not know',
    query: 'AzureActivity | invoke Mine() | where Nope == 1',
    code: 'unknown-function',
    severity: 'warning',
  },
  {
    name: 'a column that no table of ours has, in a leg of a fuzzy union',
    query: 'union isfuzzy=true (AzureActivity | where Nope == 1), AzureActivity',
    code: 'unknown-column',
    severity: 'warning',
  },
  {
    name: 'a grouping by a dynamic, in a leg of a fuzzy union',
    query: 'union isfuzzy=true (AzureActivity | summarize count() by Properties_d), AzureActivity',
    code: 'type-mismatch',
    severity: 'warning',
  },
  {
    name: 'a misspelt function',
    query: 'AzureActivity | where isnotemtpy(Caller)',
    code: 'unknown-function',
    severity: 'error',
  },
  {
    name: 'a column misspelt beside a function that we do not know',
    query: 'AzureActivity | where Mine(Caler)',
    code: 'unknown-column',
    severity: 'error',
  },
] as const) {
  test(`rules of others: ${name} is ${severity === 'error' ? 'an error' : 'a warning'}`, async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'rule.yaml')
    writeFileSync(path, ruleWith(`query: ${query}\nentityMappings: []`))
    const { diagnostics } = await validateRules([path], { cwd: folder, schema: exampleSchema, mode: 'lenient' })
    const found = diagnostics.filter((diagnostic) => diagnostic.code === code)
    assert.deepEqual(
      found.map((diagnostic) => diagnostic.severity),
      [severity],
    )
  })
}
