import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import type { Row } from '../../src/domain/kusto.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Window } from '../../src/domain/time.ts'
import { quoteIdentifier, type CompiledQuery } from '../../src/kql/index.ts'
import { runQuery } from '../../src/kql/duckdb/run-query.ts'
import { instantToTicks } from '../../src/kql/duckdb/storage.ts'

/** Makes the tables that are loaded, the window and the shared macros known under the names of sql/*.sql. */
export async function prepareHandWritten(root: string, workspace: LocalWorkspace, window: Window): Promise<void> {
  const { connection } = workspace.engine
  for (const [name, { stored }] of workspace.loaded) {
    await connection.run(`CREATE VIEW ${quoteIdentifier(name)} AS FROM ${quoteIdentifier(stored.relation)}`)
  }
  await connection.run(`CREATE MACRO window_start() AS ${instantToTicks(window.start)}`)
  await connection.run(`CREATE MACRO window_end() AS ${instantToTicks(window.end)}`)
  await connection.run(readFileSync(join(sqlFolder(root), 'macros.sql'), 'utf8'))
}

/** The same rule in SQL, by hand. */
export function handWrittenSql(root: string, rule: Rule): string {
  const path = join(sqlFolder(root), `${basename(rule.source.file, '.yaml')}.sql`)
  if (!existsSync(path)) throw new Error(`the rule ${rule.source.file} has no baseline: write it by hand as ${path}`)
  return readFileSync(path, 'utf8')
}

function sqlFolder(root: string): string {
  return join(root, 'bench', 'rules', 'sql')
}

/**
 * Holds the hand-written query to the rule: both must give the same rows, or their times cannot be compared. Throws when
 * even their number differs; resolves with a remark when cells differ, which makes the comparison a rough one.
 */
export async function compareRows(
  connection: DuckDBConnection,
  rule: Rule,
  handWritten: string,
  compiled: CompiledQuery,
): Promise<string | undefined> {
  const { columns } = compiled
  const names = (await connection.runAndReadAll(handWritten)).columnNames()
  if (names.join() !== columns.map(({ name }) => name).join()) {
    throw new Error(`the baseline of ${rule.source.file} gives other columns than the rule: ${names.join(', ')}`)
  }
  const limits = { maxRows: undefined, signal: undefined }
  const ours = await runQuery(connection, compiled, limits)
  const places = columns.map((_, index) => index)
  const sql = { text: handWritten, parameters: [] }
  const theirs = await runQuery(connection, { columns, places, sql }, limits)
  if (ours.rows.length !== theirs.rows.length) {
    throw new Error(
      `the baseline of ${rule.source.file} gives ${theirs.rows.length} rows, but the rule ${ours.rows.length}`,
    )
  }
  const [own, other] = [sortedTexts(ours.rows), sortedTexts(theirs.rows)]
  const different = own.filter((text, index) => text !== other[index]).length
  return different === 0 ? undefined : `${rule.source.file}: ${different} rows differ from those of the baseline`
}

function sortedTexts(rows: readonly Row[]): readonly string[] {
  return rows
    .map((row) => JSON.stringify(row, (_, cell: unknown) => (typeof cell === 'bigint' ? `${cell}n` : cell)))
    .sort()
}
