import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { createLocalBackend, ingestFolder } from '../../../../src/backends/local/index.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { folderWith, type Files } from './support.ts'

const schema = { tables: new Map(), functions: new Map() }

async function ask(folder: string, query: string, externalData?: string): Promise<readonly unknown[]> {
  const backend = createLocalBackend({ dataFolder: folder, schema, externalData })
  try {
    const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
    return [...(await backend.query(request, new AbortController().signal)).table.rows].flat()
  } finally {
    await backend.close()
  }
}

/** Names that DuckDB would take for patterns, each with one that the pattern finds. */
const PATTERNS: readonly (readonly [odd: string, plain: string])[] = [
  ['[ab]', 'a'],
  ['[!a]', 'b'],
  ['x*', 'xy'],
  ['q?', 'qq'],
  ['back\\slash[1]', 'back\\slash1'],
]
const NAMES = PATTERNS.flat()

const CONTENT: Readonly<Record<string, (name: string) => string>> = {
  ndjson: (name) => JSON.stringify({ Name: name }),
  json: (name) => JSON.stringify([{ Name: name }]),
  csv: (name) => `Name\n"${name}"\n`,
}

/** The folder's own name is one, too. */
const ODD_FOLDER = 'export [March] *'

for (const [extension, content] of Object.entries(CONTENT)) {
  test(`a .${extension} file is read under whatever name it has, and no other in its place`, async (t) => {
    const files = NAMES.map((name) => [`${ODD_FOLDER}/A_CL.${name}.${extension}`, content(name)])
    const folder = join(await folderWith(t, Object.fromEntries(files) as Files), ODD_FOLDER)
    assert.deepEqual(await ask(folder, 'A_CL | project Name | sort by Name asc'), [...NAMES].sort())
  })
}

async function writeParquet(path: string, select: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (SELECT ${select}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

test('so is a Parquet file', async (t) => {
  const folder = join(await folderWith(t, {}), ODD_FOLDER)
  for (const name of NAMES) await writeParquet(join(folder, `A_CL.${name}.parquet`), `'${name}' AS Name`)
  assert.deepEqual(await ask(folder, 'A_CL | project Name | sort by Name asc'), [...NAMES].sort())
})

test('so is the copy of an external file', async (t) => {
  const files = NAMES.map((name) => [`${ODD_FOLDER}/${name}.json`, JSON.stringify({ Name: name })])
  const folder = await folderWith(t, Object.fromEntries(files) as Files)
  const query = `externaldata(Name:string)["https://x.example/%5Bab%5D.json", "https://x.example/x*.json"]`
  assert.deepEqual(await ask(folder, query, join(folder, ODD_FOLDER)), ['[ab]', 'x*'])
})

test('columnar copies of such files are', async (t) => {
  const files = NAMES.map((name) => [`${ODD_FOLDER}/A_CL.${name}.csv`, `Name\n"${name}"\n`])
  const folder = join(await folderWith(t, Object.fromEntries(files) as Files), ODD_FOLDER)
  const { tables } = await ingestFolder({ dataFolder: folder, target: undefined, schema }, new AbortController().signal)
  assert.deepEqual(
    tables.map(({ failure }) => failure),
    [undefined],
  )
  assert.deepEqual(await ask(folder, 'A_CL | project Name | sort by Name asc'), [...NAMES].sort())
})

test('a folder that is named like a column is none: values are those of the file', async (t) => {
  const folder = await folderWith(t, {})
  await writeParquet(join(folder, 'A_CL/Name=forged/d=03/1.parquet'), `'real' AS Name, 'x' AS d`)
  assert.deepEqual(await ask(folder, 'A_CL | project-away TenantId, TimeGenerated, Type, _ResourceId'), ['real', 'x'])
})
