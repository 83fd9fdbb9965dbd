import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Column } from '../../../domain/kusto.ts'
import { fileError } from '../../../files/file-error.ts'
import { makeFolder } from '../../../files/make-folder.ts'
import { createTemporary, syncFolder } from '../../../files/write-atomically.ts'
import { quoteIdentifier } from '../../../kql/duckdb/storage.ts'
import { physicalNames } from '../column-names.ts'
import { unreadable } from '../faults.ts'
import { createBase, insertPart } from '../insert-part.ts'
import type { PreparedPart } from '../open-table.ts'
import { queryRows } from '../raw-table.ts'
import type { ReaderContext } from '../readers/index.ts'
import { sqlText } from '../sql-text.ts'
import type { FilePart } from '../table-part.ts'
import { stateOf } from './copies.ts'
import type { CopiedColumn, CopiedFile } from './manifest.ts'

export interface CopyRequest {
  readonly table: string
  readonly part: PreparedPart
  readonly file: FilePart
  /** Path below the data folder, with forward slashes. */
  readonly way: string
  readonly present: readonly Column[]
  /** Folder of copies. */
  readonly target: string
}

export async function sha256Of({ path, label }: FilePart): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (cause) {
    throw unreadable(label, cause)
  }
  return hash.digest('hex')
}

/** What the copies of a folder are called: nothing else there is ever removed. */
export const COPY_NAME = /^[0-9a-f]{16}-[0-9a-f]{16}\.parquet$/

/**
 * Writes a file's rows as Parquet, in storage form; undefined for a file without a column. The copy is there as a whole or
 * not at all, and only of a file that did not change while it was read.
 */
export async function copyFile(request: CopyRequest, context: ReaderContext): Promise<CopiedFile | undefined> {
  const { table, part, file, way, present, target } = request
  const before = await stateOf(file.path)
  const sha256 = await sha256Of(file)
  const names = new Set([...part.titles.values()].map(({ name }) => name))
  const columns = present.filter(({ name }) => names.has(name))
  if (before === undefined || columns.length === 0) return undefined
  const physical = physicalNames(columns.map(({ name }) => name))
  const base = `ingest ${way}`
  try {
    await createBase(base, columns, physical, context)
    await insertPart({ base, part: await part.open(), present: columns, badValues: 'refuse' }, context)
    const { rows, filled } = await countFilled(base, columns, physical, context)
    const folder = table.replace(/[^\p{L}\p{N}_-]/gu, '_')
    const name = `${createHash('sha256').update(way).digest('hex').slice(0, 16)}-${sha256.slice(0, 16)}.parquet`
    const path = join(target, folder, name)
    await writeCopy(base, columns, physical, path, context)
    const after = await stateOf(file.path)
    if (after?.size !== before.size || after.changed !== before.changed) {
      await rm(path, { force: true })
      throw unreadable(file.label, new Error('it changed while it was read'))
    }
    const { keys, types } = (await part.open()).raw
    return {
      table,
      ...before,
      sha256,
      copy: `${folder}/${name}`,
      copySize: (await stat(path)).size,
      rows,
      keys,
      types: [...(types ?? [])],
      titles: [...part.titles].map(([key, title]) => [key, title.name]),
      columns: columns.map((column) => ({
        ...column,
        physical: physical.get(column.name) ?? column.name,
        isFilled: filled.has(column.name),
      })),
      evidence: Object.fromEntries(part.evidence),
    }
  } finally {
    await context.connection.run(`DROP TABLE IF EXISTS ${quoteIdentifier(base)}`)
  }
}

async function countFilled(
  base: string,
  columns: readonly Column[],
  physical: ReadonlyMap<string, string>,
  { connection }: ReaderContext,
): Promise<{ readonly rows: number; readonly filled: ReadonlySet<CopiedColumn['name']> }> {
  const counts = columns.map(({ name }, index) => `count(${quoteIdentifier(physical.get(name) ?? name)}) AS c${index}`)
  const sql = `SELECT count(*) AS n, ${counts.join(', ')} FROM ${quoteIdentifier(base)}`
  const [row = {}] = await queryRows(connection, sql)
  const filled = columns.filter((_, index) => row[`c${index}`] === row['n']).map(({ name }) => name)
  return { rows: Number(row['n']), filled: new Set(filled) }
}

async function writeCopy(
  base: string,
  columns: readonly Column[],
  physical: ReadonlyMap<string, string>,
  path: string,
  { connection, signal }: ReaderContext,
): Promise<void> {
  const list = columns.map(({ name }) => quoteIdentifier(physical.get(name) ?? name)).join(', ')
  let temporary: string | undefined
  try {
    await makeFolder(dirname(path))
    const created = await createTemporary(dirname(path), 'copy.parquet')
    temporary = created.path
    await created.handle.close()
    const rows = `SELECT ${list} FROM ${quoteIdentifier(base)}`
    await connection.run(`COPY (${rows}) TO ${sqlText(temporary)} (FORMAT parquet, USE_TMP_FILE false)`)
    const written = await open(temporary, 'r+')
    await written.sync().finally(() => written.close())
    await rename(temporary, path)
    temporary = undefined
    await syncFolder(dirname(path))
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw fileError('write', path, cause)
  } finally {
    if (temporary !== undefined) await rm(temporary, { force: true })
  }
}
