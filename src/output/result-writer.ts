import { rm } from 'node:fs/promises'
import type { ResultWriter } from '../domain/ports.ts'
import type { Clock } from '../domain/time.ts'
import { fileError } from '../files/file-error.ts'
import { joinUnder } from '../files/join-under.ts'
import { createSweeper } from '../files/sweep-temporaries.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { csvPieces, excludedCsvPieces } from './result-csv.ts'
import { jsonPieces } from './result-json.ts'
import { resultPaths } from './result-paths.ts'
import type { ResultFormat } from './result-paths.ts'

export interface ResultWriterOptions {
  /** The output folder; created when missing. */
  readonly folder: string
  readonly clock: Clock
  /** Absent means both. A failed run has no CSV. */
  readonly formats?: readonly ResultFormat[]
}

/**
 * Writes each run's findings as CSV, what exclusions hid as another one, and the whole run as JSON, in a folder of its rule (result-paths.ts says how they are
 * named). Files appear whole or not at all.
 *
 * @throws IncompleteError `files/unwritable`
 */
export function createResultWriter(options: ResultWriterOptions): ResultWriter {
  const { folder: root, clock, formats = ['csv', 'json'] } = options
  const sweep = createSweeper(clock)
  return {
    async write(outcome) {
      const paths = resultPaths(outcome)
      const folder = await joinUnder(root, paths.folder)
      await sweep(folder)
      const written: string[] = []
      const write = async (name: string, pieces: Iterable<string>): Promise<void> => {
        const path = await joinUnder(root, paths.folder, name)
        await writeAtomically(path, pieces)
        written.push(path)
      }
      for (const format of formats) {
        if (format === 'json') await write(paths.nameOf(format), jsonPieces(outcome))
        else if (outcome.status !== 'failed') await write(paths.nameOf(format), csvPieces(outcome))
      }
      // Without CSV the JSON file has them.
      if (outcome.excluded.length > 0 && formats.includes('csv'))
        await write(paths.excludedName, excludedCsvPieces(outcome))
      for (const name of paths.obsolete) await remove(await joinUnder(root, paths.folder, name))
      return { paths: written }
    },
  }
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw fileError('remove', path, error)
  }
}
