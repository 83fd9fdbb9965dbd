import { DuckDBInstance } from '@duckdb/node-api'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import type { Instant } from '../../src/domain/time.ts'
import { race, type Race } from '../race.ts'

export interface Data {
  readonly folder: string
  readonly schema: WorkspaceSchema
  readonly now: Instant
}

/** An engine with all tables that the rules read, which may also write below `writable`. The caller closes it. */
export async function openWorkspace(
  { folder, schema, now }: Data,
  rules: readonly Pick<Rule, 'query'>[],
  writable: readonly string[] = [],
): Promise<LocalWorkspace> {
  const found = await folderSources(folder, schema.tables.keys())
  const sources = { ...found, readableFolders: [...found.readableFolders, ...writable] }
  const workspace = await LocalWorkspace.open(sources, { schema, now: () => now, badValues: 'refuse' })
  const { signal } = new AbortController()
  for (const { query } of rules) await workspace.prepare(query, signal)
  return workspace
}

/** Loading as the local backend does it, typed and checked, against DuckDB's own reader of JSON in a fresh instance. */
export async function raceLoading(
  data: Data,
  rules: readonly Rule[],
  loaded: LocalWorkspace['loaded'],
  rounds: number,
): Promise<Race> {
  const tables = [...loaded.keys()].filter((name) => existsSync(fileOf(data, name)))
  const count = [...loaded.values()].reduce((sum, { rowCount }) => sum + rowCount, 0)
  return race(
    { title: `loading ${tables.join(', ')}`, items: { count, name: 'rows' }, rounds },
    { name: 'read_json of DuckDB', run: async () => timed(() => readPlain(tables.map((name) => fileOf(data, name)))) },
    {
      name: 'local backend',
      async run() {
        const start = performance.now()
        const workspace = await openWorkspace(data, rules)
        const milliseconds = performance.now() - start
        await workspace.close()
        return { milliseconds }
      },
    },
  )
}

async function timed(work: () => Promise<void>) {
  const start = performance.now()
  await work()
  return { milliseconds: performance.now() - start }
}

async function readPlain(files: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const [index, file] of files.entries()) {
    await connection.run(`CREATE TABLE plain${index} AS FROM read_json('${file.replaceAll("'", "''")}')`)
  }
  connection.closeSync()
  instance.closeSync()
}

function fileOf({ folder }: Data, table: string): string {
  return join(folder, `${table}.ndjson.gz`)
}
