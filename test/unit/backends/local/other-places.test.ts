import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createLocalBackend } from '../../../../src/backends/local/index.ts'
import { loadedAnswer } from '../../../../src/domain/loaded-answer.ts'
import type { QueryRequest } from '../../../../src/domain/ports.ts'
import type { TableSchema } from '../../../../src/domain/schema.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { at } from '../../../support/instants.ts'
import { columns, folderWith, type Files } from './support.ts'

const RUN = { workspace: 'local', window: undefined, now: undefined, timeout: minutes(1) }
const LOGONS: TableSchema = { name: 'Logons', columns: columns('TimeGenerated:datetime Account EventID:long Type') }

const FILES: Files = {
  'Logons.csv': 'TimeGenerated,Account,EventID\n2026-01-01T00:00:00Z,bob,4624\n',
  'workspaces/Contoso/Logons.csv': `TimeGenerated,Account,EventID,Site
2026-01-01T00:00:00Z,alice,4624,Oslo
2026-01-02T00:00:00Z,carol,4625,Bern
`,
  'workspaces/contoso-eu/Own_CL.ndjson': '{"Name_s":"x"}\n',
  'apps/shop/Logons/1.ndjson': '{"Account":"dora"}\n',
  'resource-graph/Resources.json': '[{"name":"vm1","type":"microsoft.compute/virtualmachines","tags":{"env":"prod"}}]',
}

async function asker(t: TestContext, files: Files = FILES) {
  const schema = { tables: new Map([['Logons', LOGONS]]), functions: new Map() }
  const backend = createLocalBackend({ dataFolder: await folderWith(t, files), schema })
  t.after(() => backend.close())
  return async (query: string, run: Partial<QueryRequest> = {}) =>
    loadedAnswer(await backend.query({ ...RUN, ...run, query }, new AbortController().signal))
}

const ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/contoso'

for (const [query, expected] of [
  ['workspace("contoso").Logons | project Account, Site', [['alice', 'Oslo'], ['carol', 'Bern']]], // prettier-ignore
  ["workspace ( 'CONTOSO' ) . Logons | project Account", [['alice'], ['carol']]],
  [`workspace("${ID}").Logons | count`, [[2n]]],
  ['workspace("contoso").["Logons"] | count', [[2n]]],
  ['let w = "contoso"; workspace(w).Logons | count', [[2n]]],
  [
    'let from_ = (w: string) { workspace(w).Logons | where EventID == 4624 }; from_("contoso") | project Account',
    [['alice']],
  ],
  ['union Logons, workspace("contoso").Logons | summarize dcount(Account)', [[3n]]],
  ['Logons | join kind=inner (workspace("contoso").Logons | extend Account = "bob") on Account | count', [[2n]]],
  ['workspace("contoso").Logons | distinct Type', [['Logons']]],
  ['workspace("contoso-eu").Own_CL | project Name_s', [['x']]],
  ['app("shop").Logons | project Account', [['dora']]],
  ['arg("").Resources | project name, tostring(tags.env)', [['vm1', 'prod']]],
  ['arg("").resources | where type =~ "Microsoft.Compute/virtualMachines" | count', [[1n]]],
  ['union * | distinct Account', [['bob']]],
  ['search "alice" | count', [[0n]]],
] as const) {
  test(`tables of other places: ${query.replace(ID, '‹resource id›')}`, async (t) => {
    const ask = await asker(t)
    const { table, warnings } = await ask(query)
    assert.deepEqual(table.rows, expected)
    assert.deepEqual(warnings, [])
  })
}

test('the window is over tables of other workspaces, too', async (t) => {
  const ask = await asker(t)
  const window = { start: at('2026-01-02T00:00:00Z'), end: at('2026-01-03T00:00:00Z') }
  const { table } = await ask('workspace("contoso").Logons | project Account', { window })
  assert.deepEqual(table.rows, [['carol']])
})

test('one without a file is empty, and the answer says where its rows belong', async (t) => {
  const ask = await asker(t, { 'Logons.csv': FILES['Logons.csv'] ?? '' })
  const { table, warnings } = await ask(
    'union workspace("fabrikam").Logons, (arg("").resources | project Account = name)',
  )
  assert.deepEqual(table.rows, [])
  const [first = '', second = '', ...others] = warnings ?? []
  assert.match(first, /^workspace\("fabrikam"\)\.Logons has no file .*workspaces\/fabrikam\/Logons\.ndjson$/)
  assert.match(second, /^arg\(""\)\.resources has no file .*resource-graph\/resources\.ndjson$/)
  assert.deepEqual(others, [])
})

for (const [query, says] of [
  ['workspace("fabrikam").Other_CL | project a', /workspace\("fabrikam"\)\.Other_CL, of which nothing is at hand/],
  ['workspace(strcat("con", "toso")).Logons', /computed/],
  ['resource("x").Logons', /resource\("x"\)\.Logons/],
  ['union withsource=From Logons, workspace("contoso").Logons', /withsource/],
  ['workspace("contoso").Logons | where Sity == ""', /'Sity'/],
] as const) {
  test(`refused: ${query}`, async (t) => {
    const ask = await asker(t)
    await assert.rejects(ask(query), says)
  })
}

test('two folders that differ by case alone are refused', async (t) => {
  const row = 'Account\nx\n'
  const ask = await asker(t, { 'workspaces/A/Logons.csv': row, 'workspaces/a/Logons.csv': row })
  await assert.rejects(ask('print 1'), { code: 'local/ambiguous-file' })
})
