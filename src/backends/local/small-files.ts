import { stat } from 'node:fs/promises'
import type { FilePart, FilesPart, RowsPart } from './table-part.ts'

/**
 * A file of its own takes some ten milliseconds, however small it is: five statements and the readers that DuckDB sets up for
 * each. Exports of a service come as a file for every five minutes or hour.
 */
const FEWEST = 4
/** What has a fault is read twice, and one by one. */
const MOST = 2_000
/**
 * Bytes of CSV. A buffer of DuckDB's holds twice as much (readers/csv.ts): of a file that does not fit into one it reads parts side by side, and
 * fails where a quoted cell has lines that look like records.
 */
export const LARGEST_CSV = 16 * 2 ** 20
/** Logs in a gzip archive are that many times larger, roughly. */
const UNPACKED = 10
/** Bytes. Of larger files the reading itself takes the time, and joining them takes as much room in the temporary folder. */
const LARGEST = 256 * 2 ** 10

/**
 * Joins small files of one format that follow each other, but those that `isApart` keeps, and Parquet, which is read where it lies; the
 * rows keep their order.
 */
export async function joinSmallFiles(
  parts: readonly (FilePart | RowsPart)[],
  isApart: (part: FilePart) => boolean,
): Promise<readonly (FilePart | RowsPart | FilesPart)[]> {
  const joined: (FilePart | RowsPart | FilesPart)[] = []
  let run: FilePart[] = []
  let bytes = 0
  const end = (): void => {
    if (run.length < FEWEST) joined.push(...run)
    else joined.push({ kind: 'files', label: `${run[0]?.label} and ${run.length - 1} more`, files: run })
    run = []
    bytes = 0
  }
  for (const part of parts) {
    const mayJoin = part.kind === 'file' && part.format !== 'parquet' && !isApart(part)
    const size = mayJoin ? await sizeOf(part) : Infinity
    const isFull = run.length >= MOST || (bytes + size > LARGEST_CSV && run.at(-1)?.format === 'csv')
    if (!mayJoin || size > LARGEST || isFull || run.at(-1)?.format !== part.format) end()
    if (!mayJoin || size > LARGEST) {
      joined.push(part)
      continue
    }
    run.push(part)
    bytes += part.gzip ? size * UNPACKED : size
  }
  end()
  return joined
}

/** In bytes; of a file that cannot be looked at Infinity: it says itself what is wrong, when it is read. */
async function sizeOf({ path }: FilePart): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return Infinity
  }
}
