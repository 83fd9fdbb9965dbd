/** No text of a query reaches SQL, a file, or the network. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { HuntError } from '../../../src/domain/errors.ts'
import { compile } from '../../../src/kql/compile.ts'
import { openEngine, quoteIdentifier, type Engine } from '../../../src/kql/index.ts'
import { addTable, EMPTY_SCHEMA, openTestEngine, plainRows } from '../../support/kql.ts'
import { tempFolder } from '../../support/temp-folder.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
  await addTable(engine, 'T', [{ name: 'a', type: 'string' }], ["('row')"])
})
after(() => engine.close())

/** Names and texts that mean something to DuckDB. */
const SQL = [
  `read_csv('/etc/passwd')`,
  `read_text('/etc/passwd')`,
  `/etc/passwd`,
  `https://example.com/x.parquet`,
  `T"; COPY T TO '/tmp/x'; --`,
  `T'; ATTACH '/tmp/x.db'; --`,
  `a" FROM T; INSTALL httpfs; --`,
  `getenv('HOME')`,
  `duckdb_settings()`,
  `pragma_version()`,
  `information_schema.tables`,
  `sqlite_master`,
  `$1`,
  `x'\u0000y`,
  `"""`,
  `é"\\`,
]

const bracketed = (name: string): string => `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`

for (const text of SQL) {
  const name = bracketed(text)
  test(`a name, a value or a table called ${JSON.stringify(text)} is only that`, async () => {
    const { columns, rows } = await engine.query(`T | project ${name} = a | where ${name} != "" | sort by ${name} asc`)
    assert.deepEqual([columns.map((column) => column.name), rows], [[text], [['row']]])
    const literal = JSON.stringify(text)
    assert.deepEqual((await engine.query(`print x = ${literal}, y = strcat(${literal}, "")`)).rows, [[text, text]])
    assert.deepEqual(plainRows(await engine.query(`let ${name} = T; ${name} | count`)), [[1]])
    for (const query of [
      name,
      `table(${literal})`,
      `union ${name}, T | count`,
      `T | join (${name}) on a`,
      `T | where a in (${name})`,
    ])
      // prettier-ignore
      await assert.rejects(engine.query(query), (error) => error instanceof HuntError && error.exitCode === 6, query)
  })
}

test('a table whose name is SQL is read as that table', async () => {
  const name = `T"; DROP TABLE "T"; --`
  await addTable(engine, name, [{ name: 'odd"\'name', type: 'string' }], ["('in it')"])
  const text = `union T* | where ${bracketed('odd"\'name')} has "in" | distinct ${bracketed('odd"\'name')}`
  assert.deepEqual((await engine.query(text)).rows, [['in it']])
  assert.deepEqual(plainRows(await engine.query('T | count')), [[1]])
  assert.deepEqual(plainRows(await engine.query('union withsource=w T* | summarize n = dcount(w)')), [[2]])
})

/** Reads and writes of the outside that KQL itself has. */
const OUTSIDE = [
  'externaldata(a: string)[@"/etc/passwd"]',
  'externaldata(a: string)["https://example.com/x.csv"] with (format="csv")',
  'evaluate http_request("https://example.com")',
  'evaluate http_request_post("https://example.com")',
  'evaluate sql_request("Server=x", "select 1")',
  'evaluate python(typeof(*), "import os")',
  'evaluate R(typeof(*), "x")',
  'cluster("help").database("Samples").StormEvents',
  'workspace("other").T',
  'external_table("x")',
  'T | invoke getvariable()',
  'print x = getvariable("memory_limit")',
  'print x = current_setting("home_directory")',
  '.show tables',
  '.ingest into table T (@"/etc/passwd")',
  'T; .drop table T',
]

for (const query of OUTSIDE) {
  test(`refused: ${query}`, async () => {
    await assert.rejects(engine.query(query), (error) => error instanceof HuntError && error.exitCode === 6)
  })
}

test('no value of a query stands in its SQL, and a name only in quotes', () => {
  const options = { tables: new Map(), now: 0n, window: undefined }
  const { sql } = compile(`print secret = strcat("va'lue", "x"), ['na"me'] = "va'lue"`, EMPTY_SCHEMA, options)
  assert.doesNotMatch(sql.text, /va'lue/)
  assert.ok(sql.text.includes(quoteIdentifier('na"me').slice(1, -1)))
})

test('DuckDB itself reads only the folders that are allowed, and nothing in it can be changed back', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'T.csv'), 'a\n1\n')
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n')
  const own = await openEngine({ readableFolders: [join(folder, 'data')], schema: EMPTY_SCHEMA, now: () => { throw new Error('no clock') } }) // prettier-ignore
  try {
    const run = (sql: string): Promise<unknown> => own.connection.run(sql)
    await run(`SELECT * FROM read_csv('${join(folder, 'data', 'T.csv')}')`)
    for (const sql of [
      `SELECT * FROM read_csv('${join(folder, 'secret.csv')}')`,
      `SELECT * FROM read_csv('${join(folder, 'data', '..', 'secret.csv')}')`,
      `SELECT * FROM '${join(folder, 'secret.csv')}'`,
      `SELECT * FROM glob('${folder}/*')`,
      `COPY (SELECT 1) TO '${join(folder, 'out.csv')}'`,
      `ATTACH '${join(folder, 'x.db')}'`,
      `SELECT * FROM read_text('https://example.com')`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      'SET lock_configuration = false',
      `SET allowed_directories = ['/']`,
      `SET memory_limit = '100GB'`,
      `EXPORT DATABASE '${join(folder, 'export')}'`,
    ])
      await assert.rejects(run(sql), sql)
    assert.deepEqual(readdirSync(folder).sort(), ['data', 'secret.csv'])
  } finally {
    own.close()
  }
})
