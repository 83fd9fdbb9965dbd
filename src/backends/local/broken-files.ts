import { InternalError } from '../../domain/errors.ts'
import { isForeignName } from '../../domain/foreign-tables.ts'
import { malformedFile } from './faults.ts'
import type { LocalWorkspace } from './local-workspace.ts'
import { fileOf } from './parser-rows.ts'
import { queryRows } from './raw-table.ts'
import { readParquet } from './sql-text.ts'

/**
 * Files that queries read where they lie can turn out damaged, or be gone, in the middle of a query; DuckDB then does not
 * say which. So each of them is read again, and the one that cannot be is named.
 */
export async function withBrokenFile(error: unknown, query: string, workspace: LocalWorkspace): Promise<unknown> {
  if (!(error instanceof InternalError) || !error.code.endsWith('/duckdb')) return error
  const elsewhere = [...workspace.loaded.keys()].filter(isForeignName)
  for (const name of [...workspace.engine.analyze(query).tables.map(fileOf), ...elsewhere]) {
    for (const { label, path } of workspace.loaded.get(name)?.filesInPlace ?? []) {
      const fault = await faultOf(path, workspace)
      if (fault !== undefined) {
        const message = `not a readable Parquet file any more (${fault.message.split('\n', 1)[0] ?? ''})`
        return malformedFile({ label }, message, 'write the file again, and leave it alone while hunt runs', fault)
      }
    }
  }
  return error
}

async function faultOf(path: string, { engine }: LocalWorkspace): Promise<Error | undefined> {
  try {
    await queryRows(engine.connection, `SELECT bit_xor(hash(COLUMNS(*))) FROM ${readParquet([path])}`)
    return undefined
  } catch (fault) {
    return fault instanceof Error ? fault : new Error(String(fault))
  }
}
