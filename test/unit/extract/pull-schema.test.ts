import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeSchemaFolder } from '../../../src/cli/compose-schema.ts'
import { createLocalBackend } from '../../../src/backends/local/index.ts'
import { AuthError, KqlError } from '../../../src/domain/errors.ts'
import type { ResultTable } from '../../../src/domain/kusto.ts'
import type { Backend } from '../../../src/domain/ports.ts'
import { pullSchema } from '../../../src/extract/index.ts'
import type { ListFunctions, PulledSchema } from '../../../src/extract/index.ts'
import { loadSchemaCatalogue, loadUserSchemas, mergeSchemas } from '../../../src/schemas/index.ts'
import { minutes } from '../../../src/time/duration.ts'
import { PACKAGE_ROOT } from '../../support/hunt.ts'
import { at } from '../../support/instants.ts'
import { namesTable, table } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const { signal } = new AbortController()
const COLUMNS = table(
  { ColumnName: 'string', ColumnType: 'string' },
  ['TimeGenerated', 'datetime'],
  ['User_s', 'string'],
  ['Odd', 'newtype'],
)
const LIST = table(
  { SearchKey: 'string', Name: 'string', Formula: 'string' },
  ['a', 'Ann', '=cmd|x'],
  ['b', "'quoted", ''],
)

const ANSWERS: Readonly<Record<string, ResultTable>> = {
  'Usage | distinct DataType': namesTable('MyApp_CL', 'Heartbeat'),
  'MyApp_CL | getschema | project ColumnName, ColumnType': COLUMNS,
  'Heartbeat | getschema | project ColumnName, ColumnType': COLUMNS,
  '_GetWatchlistAlias | project WatchlistAlias': namesTable('VIP', '../../outside'),
  "_GetWatchlist('VIP')": LIST,
  "_GetWatchlist('../../outside')": LIST,
}

const remote = (answers: Readonly<Record<string, ResultTable>> = ANSWERS): Backend => ({
  name: 'azure',
  close: async () => undefined,
  async query({ query }) {
    const found = answers[query]
    if (found === undefined) throw new KqlError({ code: 'kql/semantic', message: `Failed to resolve ${query}` })
    return { status: 'complete', table: found, warnings: [] }
  },
})

async function pull(
  backend: Backend,
  functions: ListFunctions | undefined,
  tables: readonly string[] = [],
): Promise<PulledSchema> {
  const source = { backend, workspace: 'prod', timeout: minutes(3), now: at('2026-03-02T00:00:00Z') }
  return pullSchema({ tables, source, functions }, () => undefined, signal)
}

test('takes tables with data, tables that are asked for, watchlists and functions', async () => {
  const functions: ListFunctions = async () => [
    {
      name: 'Callers',
      parameters: 'since:datetime',
      body: 'MyApp_CL | where TimeGenerated > since',
      columns: undefined,
    },
    { name: '../evil', parameters: '', body: 'print 1', columns: undefined },
  ]
  const pulled = await pull(remote(), functions, ['NotThere', 'Heartbeat'])
  assert.deepEqual(
    pulled.tables.map(({ name }) => name),
    ['Heartbeat', 'MyApp_CL'],
  )
  assert.deepEqual(pulled.tables[1]?.columns, [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'User_s', type: 'string' },
    { name: 'Odd', type: 'string' },
  ])
  assert.deepEqual(
    pulled.watchlists.map(({ alias }) => alias),
    ['VIP'],
  )
  assert.deepEqual(
    pulled.functions.map(({ name }) => name),
    ['Callers'],
  )
  assert.deepEqual(
    pulled.notPulled.map(({ error }) => error.code),
    ['extract/odd-name', 'extract/odd-name'],
  )
})

test('one part that fails stops no other, and is told', async () => {
  const { 'Usage | distinct DataType': _usage, ...rest } = ANSWERS
  const forbidden: ListFunctions = async () => {
    throw new AuthError({ code: 'auth/forbidden', message: 'may not' })
  }
  const pulled = await pull(remote(rest), forbidden, ['MyApp_CL'])
  assert.deepEqual(
    pulled.tables.map(({ name }) => name),
    ['MyApp_CL'],
  )
  assert.deepEqual(
    pulled.watchlists.map(({ alias }) => alias),
    ['VIP'],
  )
  assert.deepEqual(pulled.notPulled.map(({ what, error }) => `${what}: ${error.code}`).slice(0, 2), [
    'the list of tables: kql/semantic',
    'saved functions: auth/forbidden',
  ])
})

test('what was pulled is what checks and the embedded engine read', async (t) => {
  const folder = tempFolder(t)
  const functions: ListFunctions = async () => [
    {
      name: 'Named',
      parameters: 'least:string=""',
      body: '_GetWatchlist("VIP")\n| where Name >= least',
      columns: undefined,
    },
  ]
  const pulled = await pull(remote(), functions)
  await writeSchemaFolder(folder, pulled)
  const own = await loadUserSchemas(folder)
  const schema = mergeSchemas(await loadSchemaCatalogue(PACKAGE_ROOT), own)
  assert.deepEqual(own.tables.get('MyApp_CL')?.columns.slice(0, 3), pulled.tables[1]?.columns)
  assert.equal(schema.functions.get('Named')?.parameters, 'least:string=""')
  assert.match(readFileSync(join(folder, 'watchlists', 'VIP.csv'), 'utf8'), /'=cmd\|x/, 'no spreadsheet evaluates it')
  const dataFolder = join(folder, 'data')
  mkdirSync(dataFolder)
  const backend = createLocalBackend({ dataFolder, schema, pulledWatchlists: join(folder, 'watchlists') })
  try {
    const query = '_GetWatchlist("VIP") | project SearchKey, Name, Formula | sort by SearchKey asc'
    const asked = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(3) }
    assert.deepEqual((await backend.query(asked, signal)).table.rows, LIST.rows)
    const called = await backend.query({ ...asked, query: 'Named("A") | project Name' }, signal)
    assert.deepEqual(called.table.rows, [['Ann']])
  } finally {
    await backend.close()
  }
})
