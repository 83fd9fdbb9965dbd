import type { TableSchema } from '../../domain/schema.ts'
import { quoteIdentifier, type StoredTable } from '../../kql/duckdb/storage.ts'
import { copyInPlace, inPlacePart, ROW_PLACE, rowsInPlace, type InPlacePart } from './in-place.ts'
import { createBase, insertPart, type BadValuePolicy, type Insertion } from './insert-part.ts'
import { openTable, type OpenTable, type PreparedPart } from './open-table.ts'
import type { ReaderContext } from './readers/index.ts'
import type { TableSource } from './table-part.ts'
import { viewOver } from './table-view.ts'

export interface LoadedTable {
  readonly stored: StoredTable
  readonly rowCount: number
  /** Column that the window bounds; undefined for a table without times. */
  readonly timeColumn: string | undefined
  /** First and last time, in ticks; undefined without rows or times. Reads the times of all rows. */
  span(): Promise<{ readonly first: bigint; readonly last: bigint } | undefined>
  readonly warnings: readonly string[]
  /** Files that queries read where they lie. */
  readonly filesInPlace: readonly { readonly label: string; readonly path: string }[]
}

export interface LoadRequest {
  readonly source: TableSource
  /** What the workspace's schema says of the table. */
  readonly schema: TableSchema | undefined
  /** Name for the DuckDB relation, not yet taken. */
  readonly relation: string
  readonly badValues: BadValuePolicy
}

/**
 * Makes a table that queries can read: Parquet files and columnar copies stay where they lie, everything else is loaded
 * into DuckDB, in storage form.
 *
 * @throws BackendError `local/malformed-file`, `local/bad-value`, `local/unreadable`, `local/outside-folder`
 */
export async function loadTable(request: LoadRequest, context: ReaderContext): Promise<LoadedTable> {
  const { source, schema, relation, badValues } = request
  const table = await openTable({ ...request, joins: true }, context)
  const { present, physical } = table
  const base = `${relation}#rows`
  const { inPlace, others } = await placed(table, context)
  const loaded = inPlace.length === 0 ? base : `${relation}#loaded`
  if (others.length > 0 || inPlace.length === 0) await createBase(loaded, present, physical, context)
  const warnings: string[] = []
  for (const part of others) {
    if (await insertsTogether(part, { base: loaded, present }, context)) continue
    for (const each of (await part.apart?.()) ?? [part]) {
      const open = await each.open()
      if (open.raw.remark !== undefined) warnings.push(`${open.label}: ${open.raw.remark}`)
      const warning = await insertPart({ base: loaded, part: open, present, badValues }, context)
      if (warning !== undefined) warnings.push(`${source.name}: ${warning}`)
    }
  }
  const rows = rowsInPlace(relation, inPlace, others.length === 0 ? undefined : loaded, present, physical)
  const sifted = inPlace.length > 0 ? `${relation}#sifted` : undefined
  for (const { relation: files, sql } of rows.files) {
    await context.connection.run(`CREATE VIEW ${quoteIdentifier(files)} AS ${sql}`)
  }
  if (sifted !== undefined) {
    await context.connection.run(`CREATE VIEW ${quoteIdentifier(base)} AS ${rows.sql}`)
    await context.connection.run(`CREATE VIEW ${quoteIdentifier(sifted)} AS ${rows.sifted}`)
  }
  const { natives, filled } = rows
  const files = others.length === 0 && inPlace.length > 0 ? rows.files : undefined
  const place = inPlace.length === 0 ? 'rowid' : quoteIdentifier(ROW_PLACE)
  const view = { name: source.name, schema, relation, base, sifted, files, present, physical, place, natives, filled }
  return { ...(await viewOver(view, context.connection)), warnings, filesInPlace: inPlace }
}

/** Whether all rows of files that are read in one go are in; where a cell or a file has a fault, none of them is. */
async function insertsTogether(
  part: PreparedPart,
  insertion: Pick<Insertion, 'base' | 'present'>,
  context: ReaderContext,
): Promise<boolean> {
  if (part.apart === undefined) return false
  const open = await part.open()
  await context.connection.run('BEGIN')
  try {
    await insertPart({ ...insertion, part: open, badValues: 'refuse' }, context)
  } catch (error) {
    await context.connection.run('ROLLBACK')
    context.signal.throwIfAborted()
    if (error instanceof Error) return false
    throw error
  }
  await context.connection.run('COMMIT')
  return true
}

interface Placed {
  readonly inPlace: readonly InPlacePart[]
  readonly others: readonly PreparedPart[]
}

async function placed({ parts, present }: OpenTable, context: ReaderContext): Promise<Placed> {
  const inPlace: InPlacePart[] = []
  const others: PreparedPart[] = []
  for (const part of parts) {
    const copy = copyInPlace(part, present)
    if (copy !== undefined) {
      inPlace.push(copy)
      continue
    }
    const lying = await inPlacePart(await part.open(), present, context)
    if (lying === undefined) others.push(part)
    else inPlace.push(lying)
  }
  return { inPlace, others }
}
