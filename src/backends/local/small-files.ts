import { stat } from 'node:fs/promises'
import type { FilePart, FilesPart, RowsPart } from './table-part.ts'

/**
 * A file of its own takes some ten milliseconds, however small it is: five statements and the readers that DuckDB sets up for
 * each. Exports of a service come as a file for every five minutes or hour.
 */
const FEWEST = 4
/** What has a fault is read twice, and one by one. */
const MOST = 2_000
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
  const end = (): void => {
    if (run.length < FEWEST) joined.push(...run)
    else joined.push({ kind: 'files', label: `${run[0]?.label} and ${run.length - 1} more`, files: run })
    run = []
  }
  for (const part of parts) {
    const isSmall =
      part.kind === 'file' && part.format !== 'parquet' && !isApart(part) && (await sizeOf(part)) <= LARGEST
    if (run.length >= MOST || !isSmall || run.at(-1)?.format !== part.format) end()
    if (isSmall) run.push(part)
    else joined.push(part)
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
