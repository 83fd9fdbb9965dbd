import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scanDataFolder } from '../../../../src/backends/local/data-folder.ts'
import { folderWith, type Files } from './support.ts'

/** Names of files below the data folder, by table. */
async function tablesOf(folder: string, known: readonly string[]): Promise<Record<string, string[]>> {
  const { tables, open } = await scanDataFolder(folder, known)
  const found: Record<string, string[]> = {}
  for (const name of tables) {
    const source = await open(name)
    found[name] = (source?.parts ?? []).map(({ label }) => label.slice(folder.length + 1))
  }
  return found
}

test('which files make which table', async (t) => {
  const cases: Readonly<Record<string, readonly [files: readonly string[], tables: Record<string, string[]>]>> = {
    'a file': [['AzureActivity.ndjson'], { AzureActivity: ['AzureActivity.ndjson'] }],
    'the spelling of the schema': [['AZUREactivity.csv.gz'], { AzureActivity: ['AZUREactivity.csv.gz'] }],
    'the spelling of the first file where no schema has the table': [
      ['my_CL.csv', 'MY_CL.json'],
      { MY_CL: ['MY_CL.json', 'my_CL.csv'] },
    ],
    'parts and a folder, in order': [
      ['AzureActivity.2.csv', 'AzureActivity.10.csv', 'azureactivity/x/y.parquet', 'AzureActivity.ndjson.gz'],
      {
        AzureActivity: [
          'AzureActivity.10.csv',
          'AzureActivity.2.csv',
          'AzureActivity.ndjson.gz',
          'azureactivity/x/y.parquet',
        ],
      },
    ],
    'other files, hidden ones and reserved folders': [
      [
        'README.md',
        'AzureActivity.log',
        '.T.ndjson',
        '.git/T.ndjson',
        'functions/T.csv',
        'watchlists/T.csv',
        'schemas/T.json',
        'T.ndjson',
        'T.gz',
      ],
      { T: ['T.ndjson'] },
    ],
  }
  for (const [name, [files, tables]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const folder = await folderWith(t, Object.fromEntries(files.map((file) => [file, ''])))
      assert.deepEqual(await tablesOf(folder, ['AzureActivity']), tables)
    })
  }
})

test('files of other kinds are remembered for hints', async (t) => {
  const folder = await folderWith(t, { 'Syslog.xlsx': '', 'AzureActivity.ndjson.bz2': '' } satisfies Files)
  const { strangers, tables } = await scanDataFolder(folder, [])
  assert.deepEqual(
    [strangers.get('syslog'), strangers.get('azureactivity')],
    [join(folder, 'Syslog.xlsx'), join(folder, 'AzureActivity.ndjson.bz2')],
  )
  assert.equal(tables.size, 0)
})

test('an empty folder of a table is a table without parts', async (t) => {
  const folder = await folderWith(t, {})
  await mkdir(join(folder, 'Heartbeat'))
  assert.deepEqual(await tablesOf(folder, ['Heartbeat']), { Heartbeat: [] })
})

test('a data folder that is none', async (t) => {
  const folder = await folderWith(t, { file: '' })
  for (const path of [join(folder, 'missing'), join(folder, 'file')]) {
    await assert.rejects(scanDataFolder(path, []), {
      name: 'ConfigError',
      code: 'local/no-data-folder',
      hint: /--data/,
    })
  }
})
