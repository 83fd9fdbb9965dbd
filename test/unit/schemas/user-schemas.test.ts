import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadSchemaCatalogue, loadUserSchemas, mergeSchemas } from '../../../src/schemas/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

async function folderWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = tempFolder(t)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const ownColumns = (table: { columns: readonly { name: string; type: string }[] } | undefined) =>
  Object.fromEntries(
    table?.columns.filter(({ name }) => !name.startsWith('_')).map(({ name, type }) => [name, type]) ?? [],
  )

const SYSTEM = { TenantId: 'string', TimeGenerated: 'datetime', Type: 'string' }

test('formats of a table schema', async (t) => {
  const cases: Readonly<Record<string, readonly [file: string, text: string]>> = {
    'a line with codes': ['a.tsv', '# mine\r\nApp_CL\tUser Count:l Details:j\r\n'],
    'a line with type names': ['a.tsv', 'App_CL\tUser:string Count:long Details:dynamic'],
    "a line of the catalogue's own form": ['a.tsv', '\uFEFFApp_CL\tcustom\tUser Count:l Details:j\n'],
    'two files of one table': ['b.tsv', 'App_CL\tUser Count:l\nApp_CL\tDetails:j'],
    'JSON of one table': [
      'a.json',
      '{"name":"App_CL","columns":[{"name":"User","type":"string"},{"name":"Count","type":"Int64"},{"name":"Details","type":"System.Object"}]}',
    ],
    'JSON of Azure Resource Manager': [
      'a.json',
      '{"value":[{"name":"x","properties":{"schema":{"name":"App_CL","columns":[{"name":"User","type":"string"},{"name":"Count","type":"long"}],"standardColumns":[{"name":"Details","type":"dynamic"}]}}}]}',
    ],
  }
  for (const [name, [file, text]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const { tables } = await loadUserSchemas(await folderWith(t, { [file]: text }))
      assert.deepEqual(ownColumns(tables.get('App_CL')), {
        User: 'string',
        Count: 'long',
        Details: 'dynamic',
        ...SYSTEM,
      })
    })
  }
})

test('faults name the file, the line and what is wrong', async (t) => {
  const cases: Readonly<Record<string, readonly [file: string, text: string, message: RegExp]>> = {
    'no tab': ['a.tsv', 'Good_CL\tA\nApp_CL User', /a\.tsv:2: a line is a table name, a tab/],
    'unknown type': ['a.tsv', 'App_CL\tCount:number', /a\.tsv:1: "Count:number" has an unknown type; types are bool, /],
    'odd table name': ['a.tsv', '../x\tA', /a\.tsv:1/],
    'odd column name': ['a.tsv', 'App_CL\ta.b', /a\.tsv:1: "a\.b" cannot be the name/],
    'not JSON': ['a.json', '{"name":', /a\.json:1: not JSON/],
    'no columns': ['a.json', '{"name":"App_CL"}', /a\.json:1: an entry needs "name" and "columns"/],
    'unknown type in JSON': ['a.json', '{"name":"App_CL","columns":[{"name":"A","type":"blob"}]}', /App_CL: .*"blob"/],
    'not an object': ['a.json', '[5]', /a\.json:1/],
  }
  for (const [name, [file, text, message]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const folder = await folderWith(t, { [file]: text })
      await assert.rejects(loadUserSchemas(folder), { name: 'ConfigError', code: 'schemas/malformed', message })
    })
  }
  await t.test('missing folder', async () => {
    await assert.rejects(loadUserSchemas('/nowhere/schemas'), {
      code: 'schemas/unreadable',
      message: /\/nowhere\/schemas/,
    })
  })
})

test('a table of the user joins the built-in one: order stays, new columns follow, the type of the user wins', async (t) => {
  const base = await loadSchemaCatalogue(root)
  const folder = await folderWith(t, { 'a.tsv': 'Heartbeat\tOwner_CF Version:long\nApp_CL\tUser' })
  const merged = mergeSchemas(base, await loadUserSchemas(folder))
  const before = base.tables.get('Heartbeat')?.columns ?? []
  const after = merged.tables.get('Heartbeat')?.columns ?? []
  assert.deepEqual(
    after.map(({ name }) => name),
    [...before.map(({ name }) => name), 'Owner_CF'],
  )
  assert.equal(after.find(({ name }) => name === 'Version')?.type, 'long')
  assert.ok(merged.tables.has('App_CL'))
  assert.equal(merged.tables.size, base.tables.size + 1)
  assert.equal(merged.tables.get('AzureActivity'), base.tables.get('AzureActivity'))
})

test('functions of the one laid over replace those of the base', () => {
  const saved = (name: string, body: string) => [name, { name, parameters: '', body, columns: undefined }] as const
  const base = { tables: new Map(), functions: new Map([saved('f', 'A'), saved('g', 'G')]) }
  const { functions } = mergeSchemas(base, {
    tables: new Map(),
    functions: new Map([saved('f', 'B'), saved('h', 'H')]),
  })
  assert.deepEqual(
    [...functions.values()].map(({ name, body }) => `${name} ${body}`),
    ['f B', 'g G', 'h H'],
  )
})

const recorded = fileURLToPath(new URL('../../../../shared/sample-data/msticpy/az_mon_schema.json', import.meta.url))

test(
  'a recorded list of tables from Azure loads whole',
  { skip: existsSync(recorded) ? false : 'no ../shared here' },
  async (t) => {
    const folder = await folderWith(t, {})
    await copyFile(recorded, join(folder, 'workspace.json'))
    const { tables } = await loadUserSchemas(folder)
    assert.ok(tables.size > 5)
    assert.deepEqual(
      tables.get('AuditLog_CL')?.columns.find(({ name }) => name === 'RawData'),
      { name: 'RawData', type: 'string' },
    )
  },
)
