import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fixtureJson } from './fixture-value.ts'
import type { FixtureTable } from './test-file.ts'
import { TABLE_FILE } from './read-tables.ts'

/** A data folder for one test, as the local backend reads it. */
export interface FixtureFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Writes the tables of a test into a new folder under `parent`: rows as NDJSON, files as copies under the table's name. */
export async function writeFixtureFolder(
  tables: ReadonlyMap<string, FixtureTable>,
  parent: string,
): Promise<FixtureFolder> {
  const path = await mkdtemp(join(parent, 'hunt-test-'))
  for (const [name, table] of tables) {
    if (table.kind === 'rows') {
      const lines = table.rows.map((row) => `${fixtureJson(row)}\n`)
      await writeFile(join(path, `${name}.ndjson`), lines.join(''))
    } else {
      await copyFile(table.path, join(path, `${name}${extensionOf(table.path)}`))
    }
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** `.ndjson.gz` of `x.jsonl.gz`: the local backend knows `.ndjson`. */
function extensionOf(path: string): string {
  const extension = TABLE_FILE.exec(basename(path))?.[0] ?? ''
  return extension.toLowerCase().replace(/^\.jsonl/, '.ndjson')
}
