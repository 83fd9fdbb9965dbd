import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildCatalogue, type SourceFacts } from '../../../scripts/schemas/build.ts'
import { loadSchemaCatalogue, mergeSchemas, SYSTEM_COLUMNS } from '../../../src/schemas/index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const own = { name: 'Own', parameters: '', body: 'print 1', columns: undefined }
const facts = new URL('../../../../shared/schemas/sentinel-tables.json', import.meta.url)

test(
  'the committed catalogue is what the build script makes',
  { skip: existsSync(facts) ? false : 'no ../shared here' },
  async () => {
    const made = buildCatalogue(JSON.parse(await readFile(facts, 'utf8')) as SourceFacts)
    assert.equal(await readFile(new URL('../../../schemas/tables.tsv', import.meta.url), 'utf8'), made.tables)
    assert.equal(await readFile(new URL('../../../schemas/functions.tsv', import.meta.url), 'utf8'), made.functions)
  },
)

test('tables have typed columns, the system columns included', async () => {
  const { tables } = await loadSchemaCatalogue(root)
  const types = new Map(tables.get('DeviceEvents')?.columns.map(({ name, type }) => [name, type]))
  const expected = {
    AdditionalFields: 'dynamic',
    DeviceName: 'string',
    IsProcessRemoteSession: 'bool',
    LocalPort: 'int',
    ProcessId: 'long',
    TimeGenerated: 'datetime',
    _ItemId: 'string',
    _TimeReceived: 'datetime',
  }
  for (const [name, type] of Object.entries(expected)) assert.equal(types.get(name), type, name)
})

test('only tables of advanced hunting and of Application Insights lack the system columns', async () => {
  const { tables } = await loadSchemaCatalogue(root)
  const names = (table: string) => tables.get(table)?.columns.map(({ name }) => name) ?? []
  assert.ok(names('EntraIdSpnSignInEvents').includes('Timestamp'))
  assert.ok(!names('EntraIdSpnSignInEvents').includes('TimeGenerated'))
  assert.ok(names('AADSignInEventsBeta').includes('AccountUpn'))
  assert.deepEqual(
    SYSTEM_COLUMNS.filter(({ name }) => names('requests').includes(name)).map(({ name }) => name),
    ['_ResourceId'],
  )
  for (const { name } of SYSTEM_COLUMNS) assert.ok(names('Cisco_Umbrella_dns_CL').includes(name), name)
})

test('every table and function parses, none names a column twice', async () => {
  const { tables, functions } = await loadSchemaCatalogue(root)
  assert.ok(tables.size > 1000)
  for (const [name, table] of tables) {
    assert.equal(table.name, name)
    assert.match(name, /^\w+$/)
    assert.ok(table.columns.length > 0, name)
    assert.equal(new Set(table.columns.map((column) => column.name)).size, table.columns.length, name)
  }
  for (const [name, saved] of functions) {
    assert.equal(saved.name, name)
    assert.equal(new Set(saved.columns?.map((column) => column.name)).size, saved.columns?.length ?? 0, name)
  }
})

test('a value is made once, so that callers may hang what they derive on it', async () => {
  const { tables, functions } = await loadSchemaCatalogue(root)
  assert.equal(tables.get('AzureActivity'), tables.get('AzureActivity'))
  assert.equal(new Map(tables).get('AzureActivity'), tables.get('AzureActivity'))
  assert.equal(
    [...functions.values()].find(({ name }) => name === 'imDns'),
    functions.get('imDns'),
  )
  assert.equal(tables.get('azureactivity'), undefined)
})

test('workspace functions', async (t) => {
  const { functions, tables } = await loadSchemaCatalogue(root)
  const columns = (name: string) => new Map(functions.get(name)?.columns?.map((column) => [column.name, column.type]))
  await t.test('a filtering ASIM parser has its parameters and the columns of its schema', () => {
    assert.match(
      functions.get('_Im_Dns')?.parameters ?? '',
      /^starttime:datetime=datetime\(null\), .*responsecodename:string='\*'/,
    )
    assert.equal(columns('_Im_Dns').get('DnsResponseCode'), 'int')
    assert.equal(columns('imProcessCreate').get('ActorUsername'), 'string')
  })
  await t.test('a parser without filters takes none', () => {
    assert.equal(functions.get('_ASim_Dns')?.parameters, 'pack:bool=false')
  })
  await t.test('a parser of one source has the columns and filters of its schema, each version of it too', () => {
    for (const name of ['vimDnsInfobloxNIOS', '_Im_Dns_InfobloxNIOS', '_Im_Dns_InfobloxNIOSV03']) {
      assert.equal(functions.get(name)?.name, name)
      assert.equal(functions.get(name)?.parameters, functions.get('_Im_Dns')?.parameters)
      assert.equal(functions.get(name)?.columns, functions.get('_Im_Dns')?.columns)
    }
    for (const name of ['ASimDnsInfobloxNIOS', '_ASim_Dns_InfobloxNIOSV12', 'vimProcessEmpty']) {
      assert.equal(functions.get(name)?.parameters, 'disabled:bool=false, pack:bool=false')
    }
    for (const name of ['_Im_Dns_InfobloxNIOSV3', '_Im_Dns_InfobloxNIO', 'vimDnsInfobloxNIOSV03', 'FileProfileV03'])
      assert.equal(functions.has(name), false, name)
  })
  await t.test('schemas laid over the catalogue keep such versions', () => {
    const laid = mergeSchemas({ tables, functions }, { tables: new Map(), functions: new Map([['Own', own]]) })
    assert.equal(laid.functions.get('_Im_Dns_InfobloxNIOSV03')?.columns, functions.get('_Im_Dns')?.columns)
    assert.equal(laid.functions.get('Own'), own)
    assert.ok([...laid.functions.keys()].includes('Own'))
  })
  await t.test("a solution's parser is a function, not a table", () => {
    assert.equal(tables.has('CiscoWSAEvent'), false)
    assert.equal(columns('CiscoWSAEvent').get('AmpFileName'), 'string')
    assert.equal(functions.get('CiscoWSAEvent')?.parameters, '')
  })
  await t.test('a parser without `project` at its end passes the columns of its table', () => {
    assert.equal(columns('SymantecProxySG').get('SyslogMessage'), 'string')
    assert.equal(columns('SymantecProxySG').get('sent_bytes'), 'long')
    assert.equal(columns('Infoblox').has('SyslogMessage'), false)
    assert.equal(columns('Infoblox').get('HostIP'), 'string')
  })
  await t.test('a column may have spaces in its name', () => {
    assert.equal(columns('VectraDetections').get('Entity ID'), 'real')
    assert.equal(columns('VectraDetections').get('Detection Category'), 'string')
  })
  await t.test('a later record has columns and types that the older one lacks', () => {
    assert.equal(columns('NGINXHTTPServer').get('HttpStatusCode'), 'real')
    assert.equal(columns('imRegistry').get('Username'), 'string')
    assert.ok(tables.get('W3CIISLog')?.columns.some(({ name }) => name === 'sComputerName'))
  })
  await t.test('a watchlist is read by its alias, and what it holds is not known beforehand', () => {
    const reader = functions.get('_GetWatchlist')
    assert.equal(reader?.columns, undefined)
    assert.match(reader?.parameters ?? '', /^watchlistAlias:string/)
    assert.equal(reader?.body, 'table(watchlistAlias)')
  })
  await t.test('an invoked function takes any table first', () => {
    assert.equal(functions.get('FileProfile')?.parameters, "T:(*), x:string='', y:int=100")
  })
  await t.test('no other but helpers of ASIM has a body to run', () => {
    const runnable = [...functions.values()].filter(({ body, name }) => body !== undefined && !/^_?ASIM_/.test(name))
    assert.deepEqual(
      runnable.map(({ name }) => name),
      ['GetPPAdminValue', '_GetWatchlist'],
    )
  })
})

test('a broken installation says which file is missing', async () => {
  await assert.rejects(loadSchemaCatalogue('/nowhere'), {
    name: 'InternalError',
    code: 'schemas/missing-catalogue',
    message: /\/nowhere\/schemas\/(tables|functions)\.tsv/,
  })
})
