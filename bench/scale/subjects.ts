import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import type { Window } from '../../src/domain/time.ts'
import { compile, type CompiledQuery } from '../../src/kql/index.ts'
import { runQuery } from '../../src/kql/duckdb/run-query.ts'
import { instantToTicks } from '../../src/kql/duckdb/storage.ts'
import { loadRules } from '../../src/rules/index.ts'

/** A published rule and the same work in SQL by hand. */
export interface CorpusRule {
  readonly name: string
  readonly rule: Rule
  readonly handWritten: string
}

/** The rules that sql/ has by hand; each file's first line says where the rule lies in the corpus. None without ../shared. */
export async function corpusRules(root: string): Promise<readonly CorpusRule[]> {
  const corpus = join(root, '..', 'shared', 'corpus', 'azure-sentinel')
  if (!existsSync(corpus)) return []
  const folder = join(root, 'bench', 'scale', 'sql')
  const found: CorpusRule[] = []
  for (const file of readdirSync(folder).sort()) {
    const handWritten = readFileSync(join(folder, file), 'utf8')
    const [, path = ''] = /^-- (.+)$/m.exec(handWritten) ?? []
    const { rules } = await loadRules([join(corpus, path)], { cwd: root })
    const [rule] = rules
    if (rule === undefined) throw new Error(`bench/scale/sql/${file} names ${path}, which is no rule of the corpus`)
    found.push({ name: basename(file, '.sql'), rule, handWritten })
  }
  return found
}

/** More than a query of the bench needs at a time, so that it must stream; the setting under test is a user's. */
export const MEMORY_LIMIT = '2GB'

export async function openScaled(folder: string, schema: WorkspaceSchema, window: Window): Promise<LocalWorkspace> {
  const sources = await folderSources(folder, schema.tables.keys())
  const now = () => window.end
  return LocalWorkspace.open(sources, { schema, now, badValues: 'refuse', memoryLimit: MEMORY_LIMIT })
}

/** A DuckDB of its own, where the tables are views of the same files under their own types. */
export async function openPlain(
  tables: ReadonlyMap<string, string>,
  window: Window,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: MEMORY_LIMIT })
  const connection = await instance.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  for (const [name, path] of tables) {
    await connection.run(`CREATE VIEW "${name}" AS FROM read_parquet('${path.replaceAll("'", "''")}')`)
  }
  await connection.run(`CREATE MACRO window_from() AS make_timestamp(${Number(window.start)} * 1000)`)
  await connection.run(`CREATE MACRO window_to() AS make_timestamp(${Number(window.end)} * 1000)`)
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

export function compileFor(
  { loaded, functions }: LocalWorkspace,
  { query }: Rule,
  { start, end }: Window,
): CompiledQuery {
  const tables = new Map([...loaded].map(([name, { stored }]) => [name, stored]))
  const [from, to] = [instantToTicks(start), instantToTicks(end)]
  return compile(query, { tables, functions }, { tables, now: to, window: { start: from, end: to } })
}

/** Both must give the same rows in the columns that the SQL by hand has, or their times cannot be compared. */
export async function holdEqual(
  { name, handWritten }: CorpusRule,
  compiled: CompiledQuery,
  workspace: LocalWorkspace,
  plain: DuckDBConnection,
): Promise<number> {
  const reader = await plain.runAndReadAll(handWritten)
  const names = reader.columnNames()
  const places = names.map((column) => compiled.columns.findIndex((one) => one.name === column))
  const missing = names.filter((_, index) => places[index] === -1)
  if (missing.length > 0) throw new Error(`the rule of ${name}.sql has no column ${missing.join(', ')}`)
  const limits = { maxRows: undefined, signal: undefined }
  const { rows } = await runQuery(workspace.engine.connection, compiled, limits)
  const ours = rows.map((row) => places.map((place) => cellText(row[place])).join('\t')).sort()
  const theirs = reader
    .getRowsJson()
    .map((row) => row.map(cellText).join('\t'))
    .sort()
  const at = ours.findIndex((row, index) => row !== theirs[index])
  if (ours.length !== theirs.length || at !== -1) {
    throw new Error(
      `${name}.sql gives ${theirs.length} rows and the rule ${ours.length}; first difference:\n${theirs[at]}\n${ours[at]}`,
    )
  }
  return rows.length
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  const value = String(cell)
  const moment = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d*?)?0*Z?$/.exec(value)
  return moment === null ? value : `${moment[1]}T${moment[2]}${moment[3] === '.' ? '' : (moment[3] ?? '')}`
}
