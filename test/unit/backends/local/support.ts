import { DuckDBInstance } from '@duckdb/node-api'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Column } from '../../../../src/domain/kusto.ts'
import type { TableSchema } from '../../../../src/domain/schema.ts'
import { scanDataFolder } from '../../../../src/backends/local/data-folder.ts'
import type { BadValuePolicy } from '../../../../src/backends/local/insert-part.ts'
import { loadTable, type LoadedTable } from '../../../../src/backends/local/load-table.ts'
import { quoteIdentifier } from '../../../../src/kql/duckdb/storage.ts'
import type { TableSource } from '../../../../src/backends/local/table-part.ts'
import { TemporaryFolder } from '../../../../src/backends/local/temporary-folder.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

export type Files = Readonly<Record<string, string | Uint8Array>>

export async function folderWith(t: TestContext, files: Files): Promise<string> {
  const folder = tempFolder(t)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

/** `columns('A B:long')`: a bare name is a string. */
export function columns(text: string): Column[] {
  return text.split(' ').map((part) => {
    const [name = '', type = 'string'] = part.split(':')
    return { name, type: type as Column['type'] }
  })
}

export interface Loaded extends LoadedTable {
  /** Rows in storage form, by Kusto column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

export interface LoadOptions {
  readonly schema?: TableSchema | undefined
  readonly badValues?: BadValuePolicy
  readonly signal?: AbortSignal
}

export async function load(source: TableSource, options: LoadOptions = {}): Promise<Loaded> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const temporary = await TemporaryFolder.make()
  try {
    const { signal = new AbortController().signal, badValues = 'refuse', schema } = options
    const request = { source, schema, relation: source.name, badValues }
    const table = await loadTable(request, { connection, temporary, signal })
    const names = table.stored.columns.map(
      ({ name, storageName = name }) => `${quoteIdentifier(storageName)} AS ${quoteIdentifier(storageName)}`,
    )
    const reader = await connection.runAndReadAll(
      `SELECT ${names.join(', ')} FROM ${quoteIdentifier(table.stored.relation)}`,
    )
    const rows = reader
      .getRowsJS()
      .map((row) => Object.fromEntries(table.stored.columns.map(({ name }, index) => [name, row[index]])))
    // It remembers, so that tests may ask when the connection is gone.
    await table.span()
    return { ...table, rows }
  } finally {
    await temporary.remove()
    connection.closeSync()
    instance.closeSync()
  }
}

/** Loads the table `name` from files; the folder's name in messages is replaced by `<data>`. */
export async function loadFiles(
  t: TestContext,
  files: Files,
  name: string,
  options: LoadOptions = {},
): Promise<Loaded> {
  const folder = await folderWith(t, files)
  const { tables, open } = await scanDataFolder(folder, options.schema === undefined ? [] : [options.schema.name])
  const source = await open(name)
  if (source === undefined) throw new Error(`no table ${name} among ${[...tables].join(', ')}`)
  return load(source, options)
}

/** Type of each column, in order. */
export function types({ stored }: LoadedTable): Readonly<Record<string, string>> {
  return Object.fromEntries(stored.columns.map(({ name, type }) => [name, type]))
}
