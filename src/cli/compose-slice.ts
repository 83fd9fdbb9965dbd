import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { WriteParquetOptions } from '../backends/local/index.ts'
import type { Column } from '../domain/kusto.ts'
import { sliceOf } from '../extract/index.ts'
import type { ExtractSource } from '../extract/index.ts'
import type { Instant, Window } from '../domain/time.ts'
import { fileError } from '../files/file-error.ts'
import { makeFolder } from '../files/make-folder.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { ndjsonPieces } from './print/result-text.ts'
import type { SLICE_FORMATS } from './choices.ts'

export interface SliceRequest {
  readonly table: string
  readonly window: Window
  readonly path: string
  readonly format: (typeof SLICE_FORMATS)[number]
  /** So many rows are there, of the window until `through`. */
  readonly onProgress?: (rows: number, through: Instant) => void
}

export interface WrittenSlice {
  readonly rows: number
  readonly columns: readonly Column[]
  /** Answers of the service that it took. */
  readonly parts: number
}

/** Saves a slice of a table to a file, whole or not at all. Rejects as sliceOf does, and with `files/unwritable`. */
export async function writeSlice(
  { table, window, path, format, onProgress }: SliceRequest,
  source: ExtractSource,
  signal: AbortSignal,
  engine: WriteParquetOptions = {},
): Promise<WrittenSlice> {
  const count = { rows: 0, parts: 0 }
  let columns: readonly Column[] = []
  async function* lines(named: (columns: readonly Column[]) => readonly Column[]): AsyncGenerator<string> {
    for await (const part of sliceOf(table, window, source, signal)) {
      columns = part.table.columns
      count.rows += part.table.rows.length
      count.parts += 1
      yield* ndjsonPieces({ ...part.table, columns: named(columns) })
      onProgress?.(count.rows, part.window.end)
    }
  }
  if (format === 'ndjson') {
    await writeAtomically(
      path,
      lines((own) => own),
    )
    return { ...count, columns }
  }
  const { distinctNames, writeParquet } = await import('../backends/local/index.ts')
  const named = (own: readonly Column[]): readonly Column[] => {
    const names = distinctNames(own.map(({ name }) => name))
    return own.map((column) => ({ ...column, name: names.get(column.name) ?? column.name }))
  }
  // Beside the target: the system's temporary folder may be too small for a day of logs.
  const middle = join(dirname(path), `.${basename(path)}.ndjson`)
  try {
    await makeTarget(dirname(path))
    await writeAtomically(middle, lines(named))
    await writeParquet(middle, named(columns), path, engine)
    return { ...count, columns }
  } finally {
    await rm(middle, { force: true })
  }
}

async function makeTarget(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (error) {
    throw fileError('create', folder, error)
  }
}
