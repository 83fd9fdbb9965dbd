import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { noDataFolder, outsideFolder } from './faults.ts'
import { formatOf, type TablePart, type TableSource } from './table-part.ts'

/** Folders beside the tables that hold something else (saved-functions.ts, watchlists.ts, user schemas). */
const RESERVED = new Set(['functions', 'watchlists', 'schemas'])

export interface DataFolder {
  /** By table name in the schema's spelling, else in the spelling of the first file. */
  readonly tables: ReadonlyMap<string, TableSource>
  /** Files that are no table files, by the lower-cased table name they would have; for hints. */
  readonly strangers: ReadonlyMap<string, string>
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
  const parts = new Map<string, Found[]>()
  const strangers = new Map<string, string>()
  const root = await realFolder(folder)
  for (const entry of await entriesOf(root, folder)) {
    const stem = entry.name.split('.')[0] ?? ''
    if (entry.isDirectory() && RESERVED.has(entry.name.toLowerCase())) continue
    const found = await collect({ root, folder, way: entry.name }, entry)
    const lower = stem.toLowerCase()
    if (found.length === 0) strangers.set(lower, join(folder, entry.name))
    if (found.length === 0 || stem === '') continue
    if (!spelling.has(lower)) spelling.set(lower, stem)
    parts.set(lower, [...(parts.get(lower) ?? []), ...found])
  }
  return {
    tables: new Map([...parts].map(([lower, found]) => tableOf(spelling.get(lower) ?? lower, found))),
    strangers,
  }
}

type Found = { readonly part: TablePart } | { readonly refused: Error }

function tableOf(name: string, found: readonly Found[]): readonly [string, TableSource] {
  const refused = found.flatMap((one) => ('refused' in one ? [one.refused] : []))[0]
  const parts = found.flatMap((one) => ('part' in one ? [one.part] : []))
  return [name, { name, parts, ...(refused === undefined ? {} : { refused }) }]
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
  const found: Found[] = []
  for (const nested of await entriesOf(join(place.root, place.way), join(place.folder, place.way))) {
    found.push(...(await collect({ ...place, way: join(place.way, nested.name) }, nested)))
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
    return [{ refused: noDataFolder(label, cause) }]
  }
  return [{ refused: outsideFolder(label, place.folder) }]
}

function fileFound(place: Place, path: string): Found[] {
  const format = formatOf(place.way)
  return format === undefined ? [] : [{ part: { kind: 'file', label: join(place.folder, place.way), path, ...format } }]
}

function isInside(root: string, path: string): boolean {
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

/** In code unit order, so that rows come in the same order on every machine. */
async function entriesOf(folder: string, label: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    throw noDataFolder(label, cause)
  }
}
