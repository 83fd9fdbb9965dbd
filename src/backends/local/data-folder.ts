import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { PLACE_FOLDERS } from '../../domain/foreign-tables.ts'
import { noDataFolder, outsideFolder, unreadable } from './faults.ts'
import { formatOf, type TablePart, type TableSource } from './table-part.ts'

export const EXTERNAL_DATA_FOLDER = 'externaldata'

/** Folders beside the tables that hold something else (saved-functions.ts, watchlists.ts, external-file.ts, user schemas, other-places.ts). */
const RESERVED = new Set(['functions', 'watchlists', EXTERNAL_DATA_FOLDER, 'schemas', ...Object.values(PLACE_FOLDERS)])

export interface DataFolder {
  /** Names of the tables, in the schema's spelling, else in that of the first file. */
  readonly tables: ReadonlySet<string>
  /** Lists the files of a table; folders are not looked into before. */
  open(name: string): Promise<TableSource | undefined>
  /** Files that are no table files, by the lower-cased table name they would have; for hints. */
  readonly strangers: ReadonlyMap<string, string>
  /** Files of tables whose names only begin like others (`SigninLogs (1).csv`), by the lower-cased beginning. */
  readonly lookalikes: ReadonlyMap<string, string>
}

/**
 * Which files make which table. A file belongs to the table whose name stands before the first dot
 * (`AzureActivity.ndjson`, `AzureActivity.2026-03-01.csv.gz`); a folder's files, at any depth, to the table that the
 * folder is named after (`AzureActivity/2026/03/01.parquet`). Names are compared without case; `knownNames` gives the
 * right spelling. Hidden files and folders are left alone. Nothing is opened.
 *
 * @throws ConfigError `local/no-data-folder`
 */
export async function scanDataFolder(folder: string, knownNames: Iterable<string>): Promise<DataFolder> {
  const spelling = new Map(Array.from(knownNames, (name) => [name.toLowerCase(), name]))
  const entries = new Map<string, Dirent[]>()
  const strangers = new Map<string, string>()
  const lookalikes = new Map<string, string>()
  const root = await realFolder(folder)
  for (const entry of await rootEntries(root, folder)) {
    const stem = entry.name.split('.')[0] ?? ''
    const lower = stem.toLowerCase()
    if (isFolder(entry) ? RESERVED.has(lower) : formatOf(entry.name) === undefined) {
      if (!isFolder(entry)) strangers.set(lower, join(folder, entry.name))
      continue
    }
    const beginning = /^\w+(?=\W)/.exec(lower)?.[0]
    if (beginning !== undefined) lookalikes.set(beginning, join(folder, entry.name))
    if (!spelling.has(lower)) spelling.set(lower, stem)
    entries.set(lower, [...(entries.get(lower) ?? []), entry])
  }
  return {
    tables: new Set([...entries.keys()].map((lower) => spelling.get(lower) ?? lower)),
    strangers,
    lookalikes,
    async open(name) {
      const own = entries.get(name.toLowerCase())
      if (own === undefined) return undefined
      const found = await Promise.all(own.map((entry) => collect({ root, folder, way: entry.name }, entry)))
      return sourceOf(name, found.flat())
    },
  }
}

/** A link without an ending may lead to a folder: whoever asks for it is told why it is not followed. */
function isFolder(entry: Dirent): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && !entry.name.includes('.'))
}

type Found = { readonly part: TablePart } | { readonly refused: Error }

function sourceOf(name: string, found: readonly Found[]): TableSource {
  const refused = found.flatMap((one) => ('refused' in one ? [one.refused] : []))[0]
  const parts = found.flatMap((one) => ('part' in one ? [one.part] : []))
  return { name, parts, ...(refused === undefined ? {} : { refused }) }
}

interface Place {
  /** The data folder with links followed. */
  readonly root: string
  /** The data folder as the user named it. */
  readonly folder: string
  /** From the data folder to the entry. */
  readonly way: string
}

async function collect(place: Place, entry: Dirent): Promise<Found[]> {
  if (entry.isSymbolicLink()) return collectLink(place)
  if (entry.isFile()) return fileFound(place, join(place.root, place.way))
  if (!entry.isDirectory()) return []
  const label = join(place.folder, place.way)
  const found: Found[] = []
  try {
    for (const nested of await visibleEntries(join(place.root, place.way))) {
      found.push(...(await collect({ ...place, way: join(place.way, nested.name) }, nested)))
    }
  } catch (cause) {
    found.push({ refused: unreadable(label, cause) })
  }
  return found
}

/** A link to a file inside the folder is as good as the file; any other could show what the user did not mean to. */
async function collectLink(place: Place): Promise<Found[]> {
  const label = join(place.folder, place.way)
  let target: string
  try {
    target = await realpath(join(place.root, place.way))
    if (isInside(place.root, target) && (await stat(target)).isFile()) return fileFound(place, target)
  } catch (cause) {
    return [{ refused: unreadable(label, cause) }]
  }
  return [{ refused: outsideFolder(label, place.folder) }]
}

function fileFound(place: Place, path: string): Found[] {
  const format = formatOf(place.way)
  return format === undefined ? [] : [{ part: { kind: 'file', label: join(place.folder, place.way), path, ...format } }]
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

export async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (cause) {
    throw noDataFolder(folder, cause)
  }
}

/**
 * Reads the listing of the folder, and nothing else: whoever starts something long over it learns at once that it is not there.
 *
 * @throws ConfigError `local/no-data-folder`
 */
export async function checkDataFolder(folder: string): Promise<void> {
  await rootEntries(await realFolder(folder), folder)
}

async function rootEntries(root: string, label: string): Promise<Dirent[]> {
  try {
    return await visibleEntries(root)
  } catch (cause) {
    throw noDataFolder(label, cause)
  }
}

/** In code unit order, so that rows come in the same order on every machine. */
async function visibleEntries(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
}
