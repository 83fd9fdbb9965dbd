import type { DuckDBConnection } from '@duckdb/node-api'
import type { RawTable } from '../raw-table.ts'
import type { Copy } from '../open-table.ts'
import { stageFile, type StagedFile } from '../staging.ts'
import type { FilePart, FilesPart, TablePart } from '../table-part.ts'
import type { TemporaryFolder } from '../temporary-folder.ts'
import { openCsv } from './csv.ts'
import { openCsvFiles } from './csv-files.ts'
import { jsonFile, jsonFiles } from './json-file.ts'
import { openJson, withRemedies, type JsonSource } from './json.ts'
import { openParquet } from './parquet.ts'
import { openReply } from './query-reply.ts'
import { jsonRows } from './rows.ts'

export interface ReaderContext {
  readonly connection: DuckDBConnection
  readonly temporary: TemporaryFolder
  readonly signal: AbortSignal
  /** The columnar copy of a file, where there is one of what the file is now. */
  readonly copyOf?: (part: FilePart) => Promise<Copy | undefined>
}

/** Opens one part of a table. `scratch` names a temporary relation that only this part uses. */
export async function openPart(part: TablePart, scratch: string, context: ReaderContext): Promise<RawTable> {
  const { connection, temporary, signal } = context
  if (part.kind === 'rows') return openJson(connection, await jsonRows(connection, part, scratch))
  const staged = await stageFile(part, temporary, signal)
  switch (part.format) {
    case 'ndjson':
      return openJson(connection, await jsonFile(staged, context))
    case 'json':
      return openReplyOrRows(connection, await jsonFile(staged, context))
    case 'csv':
      return openCsv(staged, context)
    case 'parquet':
      return openParquet(connection, staged)
  }
}

/**
 * Opens files of records as one; undefined where they are not of one kind, or one is a saved answer. Of a fault it tells neither
 * file nor line.
 */
export async function openFiles({ label, files }: FilesPart, context: ReaderContext): Promise<RawTable | undefined> {
  const { connection, temporary, signal } = context
  const staged: StagedFile[] = []
  for (const file of files) {
    signal.throwIfAborted()
    staged.push(await stageFile(file, temporary, signal))
  }
  if (staged.every(({ part }) => part.format === 'csv')) return openCsvFiles(label, staged, context)
  const source = await jsonFiles(label, staged, context)
  const raw = source === undefined ? undefined : await openJson(connection, source)
  return raw?.shapes?.some((keys) => keys.includes('tables')) === true ? undefined : raw
}

/** Only a `.json` file can hold a saved answer; reading its first records already may find it broken. */
async function openReplyOrRows(connection: DuckDBConnection, given: JsonSource): Promise<RawTable> {
  return withRemedies(given, async (source) => (await openReply(connection, source)) ?? openJson(connection, source))
}
