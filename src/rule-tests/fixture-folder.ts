import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Span } from '../domain/diagnostic.ts'
import { foreignPath, parseForeignName } from '../domain/foreign-tables.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import { fixtureJson } from './fixture-value.ts'
import type { FixtureTable } from './test-file.ts'
import { TABLE_FILE } from './read-tables.ts'

/** A data folder for one test, as the local backend reads it. */
export interface FixtureFolder {
  readonly path: string
  /** A message about files of the folder, about what they were made of: the folder is gone when the message is read. */
  retell(message: string): string
  retellError(error: ErrorRecord): ErrorRecord
  remove(): Promise<void>
}

/** Writes the tables of a test into a new folder under `parent`: rows as NDJSON, files as copies under the table's name. */
export async function writeFixtureFolder(
  tables: ReadonlyMap<string, FixtureTable>,
  parent: string,
): Promise<FixtureFolder> {
  const path = await mkdtemp(join(parent, 'hunt-test-'))
  const written = new Map<string, FixtureTable>()
  for (const [name, table] of tables) {
    const file = join(path, `${wayOf(name)}${table.kind === 'rows' ? '.ndjson' : extensionOf(table.path)}`)
    await mkdir(dirname(file), { recursive: true })
    written.set(file, table)
    if (table.kind === 'file') await copyFile(table.path, file)
    else await writeFile(file, table.rows.map((row) => `${fixtureJson(row)}\n`).join(''))
  }
  const retell = (message: string): string =>
    [...written].reduce((text, [file, table]) => withOrigin(text, file, table), message)
  return {
    path,
    retell,
    retellError: ({ span, ...error }) => ({
      ...error,
      message: retell(error.message),
      ...(error.hint === undefined ? {} : { hint: retell(error.hint) }),
      ...(span === undefined ? {} : { span: originOf(span, written.get(span.file)) }),
    }),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

function wayOf(name: string): string {
  const foreign = parseForeignName(name)
  return foreign === undefined ? name : foreignPath(foreign)
}

/** Line n of the file of written rows is the n-th of them. */
function withOrigin(message: string, file: string, table: FixtureTable): string {
  const [before = '', ...mentions] = message.split(file)
  return mentions.reduce((text, rest) => {
    if (table.kind === 'file') return text + table.shown + rest
    const [mention = '', line] = /^:(\d+)/.exec(rest) ?? []
    const place = table.places[Number(line) - 1] ?? table.places[0]
    if (place === undefined) return text + file + rest
    return text + place.file + (mention === '' ? '' : `:${place.line}`) + rest.slice(mention.length)
  }, before)
}

function originOf(span: Span, table: FixtureTable | undefined): Span {
  if (table === undefined) return span
  return table.kind === 'file' ? { ...span, file: table.shown } : (table.places[span.line - 1] ?? span)
}

/** `.ndjson.gz` of `x.jsonl.gz`: the local backend knows `.ndjson`. */
function extensionOf(path: string): string {
  const extension = TABLE_FILE.exec(basename(path))?.[0] ?? ''
  return extension.toLowerCase().replace(/^\.jsonl/, '.ndjson')
}
